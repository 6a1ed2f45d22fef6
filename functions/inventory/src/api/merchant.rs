//! What the people of a merchant do with the stock of a variant.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::{MerchantId, VariantId, WarehouseId};
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Expected, Id, Listed, Membership, Once, Page, TokenClerk, TokenManager, Versioned};

use super::views::{Movement, Stock};
use crate::app::{Actor, AdjustStock, App, ReceiveStock, SplitStock, TransferStock, WriteOffStock};
use crate::domain::{Difference, Note, Quantity, Shards, Threshold};
use crate::{domain, store};

impl From<Membership> for Actor {
    fn from(membership: Membership) -> Actor {
        Actor { merchant: membership.merchant, subject: membership.subject }
    }
}

/// Everything about the stock of one variant, cell by cell.
#[utoipa::path(
    get, path = "/inventory/merchants/{merchant}/stock/{variant}", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("variant" = VariantId, Path)),
    responses((status = OK, body = Stock), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn read_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
) -> Result<Versioned<Stock>, Problem> {
    let shelf = app.read_stock(&member.into(), variant).await?;
    Ok(Versioned { version: shelf.version, body: Stock::from(&shelf) })
}

/// The ledger of one variant, newest first.
#[utoipa::path(
    get, path = "/inventory/merchants/{merchant}/stock/{variant}/movements", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path),
        ("limit" = Option<u16>, Query, description = "1 to 100"), ("cursor" = Option<String>, Query),
    ),
    responses((status = OK, body = Listed<Movement>), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn list_movements(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    page: Page,
) -> Result<Listed<Movement>, Problem> {
    let found = app.list_movements(&member.into(), variant, page.limit, page.after.clone()).await?;
    Ok(page.of(found.0.iter().map(Movement::from).collect(), found.1))
}

/// What arrived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Receive {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    quantity: Quantity,
    note: Option<Note>,
}

/// Goods arrive in a warehouse.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/receive", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
    ),
    request_body = Receive,
    responses((status = CREATED, body = Movement), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn receive_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Receive>,
) -> Response {
    once.run(|Receive { warehouse, quantity, note }, receipt| async move {
        let sign = |movement: &_| receipt.answer(StatusCode::CREATED, &Movement::from(movement));
        let command = ReceiveStock { variant, warehouse, quantity, note };
        app.receive_stock(&member.into(), command, &sign).await?;
        Ok(())
    })
    .await
}

/// What a count says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Adjust {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    /// How many more, or with a minus fewer.
    by: Difference,
    reason: Note,
}

/// Somebody has counted, and the count is another one.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/adjust", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
    ),
    request_body = Adjust,
    responses((status = CREATED, body = Movement), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn adjust_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Adjust>,
) -> Response {
    once.run(|Adjust { warehouse, by, reason }, receipt| async move {
        let sign = |movement: &_| receipt.answer(StatusCode::CREATED, &Movement::from(movement));
        let command = AdjustStock { variant, warehouse, by, reason };
        app.adjust_stock(&member.into(), command, &sign).await?;
        Ok(())
    })
    .await
}

/// What cannot be sold any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteOff {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    quantity: Quantity,
    reason: Note,
}

/// Goods are broken, lost or too old.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/write-off", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
    ),
    request_body = WriteOff,
    responses((status = CREATED, body = Movement), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn write_off_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<WriteOff>,
) -> Response {
    once.run(|WriteOff { warehouse, quantity, reason }, receipt| async move {
        let sign = |movement: &_| receipt.answer(StatusCode::CREATED, &Movement::from(movement));
        let command = WriteOffStock { variant, warehouse, quantity, reason };
        app.write_off_stock(&member.into(), command, &sign).await?;
        Ok(())
    })
    .await
}

/// What is carried where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer {
    from: WarehouseId,
    to: WarehouseId,
    quantity: Quantity,
    note: Option<Note>,
}

/// Goods are carried from one warehouse to another.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/transfer", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
    ),
    request_body = Transfer,
    responses((status = CREATED, body = Movement), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn transfer_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<Transfer>,
) -> Response {
    once.run(|Transfer { from, to, quantity, note }, receipt| async move {
        let sign =
            |movement: &domain::Movement| receipt.answer(StatusCode::CREATED, &Movement::from(movement));
        let command = TransferStock { variant, from, to, quantity, note };
        app.transfer_stock(&member.into(), command, &sign).await?;
        Ok(())
    })
    .await
}

/// How the stock is to be spread.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Split {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    /// Over how many cells: more cells, more customers at the same moment.
    shards: Shards,
}

/// Spreads the stock over more cells, or fewer, while it is being sold. Takes `If-Match`.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/split", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = Split,
    responses((status = OK, body = Stock), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn split_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    expected: Expected,
    once: Once<Split>,
) -> Response {
    once.run(|Split { warehouse, shards }, receipt| async move {
        let sign =
            |shelf: &store::Shelf| receipt.versioned(StatusCode::OK, shelf.version, &Stock::from(shelf));
        let command = SplitStock { variant, warehouse, shards };
        app.split_stock(&member.into(), command, expected, &sign).await?;
        Ok(())
    })
    .await
}

/// When little is too little.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetThreshold {
    threshold: Threshold,
}

/// Changes the level at which a variant counts as low. Takes `If-Match`.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/stock/{variant}/threshold", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("variant" = VariantId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = SetThreshold,
    responses((status = OK, body = Stock), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn set_threshold(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    expected: Expected,
    once: Once<SetThreshold>,
) -> Response {
    once.run(|SetThreshold { threshold }, receipt| async move {
        let sign =
            |shelf: &store::Shelf| receipt.versioned(StatusCode::OK, shelf.version, &Stock::from(shelf));
        app.set_threshold(&member.into(), variant, threshold.get(), expected, &sign).await?;
        Ok(())
    })
    .await
}
