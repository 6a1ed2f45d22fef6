//! What the people of a merchant do with the stock of a variant.

use axum::extract::State;
use ids::{VariantId, WarehouseId};
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Expected, Id, Listed, Membership, Once, Page, Tagged, TokenClerk, TokenManager};

use super::views::{Movement, Stock};
use crate::app::{Actor, AdjustStock, App, ReceiveStock, SplitStock, TransferStock, WriteOffStock};
use crate::domain::{Difference, Note, Quantity, Shards, Threshold};

impl From<Membership> for Actor {
    fn from(membership: Membership) -> Actor {
        Actor { merchant: membership.merchant, subject: membership.subject }
    }
}

/// Everything about the stock of one variant, cell by cell.
pub(super) async fn read_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
) -> Result<Tagged<Stock>, Problem> {
    Ok(Stock::shown(&app.shelf_of(member.merchant, variant).await?))
}

/// The ledger of one variant, newest first.
pub(super) async fn list_movements(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    page: Page,
) -> Result<Listed<Movement>, Problem> {
    let found = app.list_movements(member.merchant, variant, page.limit, page.after.clone()).await?;
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
pub(super) async fn receive_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Receive>,
) -> Answered<Movement, 201> {
    once.answer(Movement::shown, |body, receipt| async move {
        let Receive { warehouse, quantity, note } = body;
        let command = ReceiveStock { variant, warehouse, quantity, note };
        app.receive_stock(&member.into(), command, receipt).await
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
pub(super) async fn adjust_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Adjust>,
) -> Answered<Movement, 201> {
    once.answer(Movement::shown, |body, receipt| async move {
        let Adjust { warehouse, by, reason } = body;
        let command = AdjustStock { variant, warehouse, by, reason };
        app.adjust_stock(&member.into(), command, receipt).await
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
pub(super) async fn write_off_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<WriteOff>,
) -> Answered<Movement, 201> {
    once.answer(Movement::shown, |body, receipt| async move {
        let WriteOff { warehouse, quantity, reason } = body;
        let command = WriteOffStock { variant, warehouse, quantity, reason };
        app.write_off_stock(&member.into(), command, receipt).await
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
pub(super) async fn transfer_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<Transfer>,
) -> Answered<Movement, 201> {
    once.answer(Movement::shown, |body, receipt| async move {
        let Transfer { from, to, quantity, note } = body;
        let command = TransferStock { variant, from, to, quantity, note };
        app.transfer_stock(&member.into(), command, receipt).await
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
pub(super) async fn split_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    Expected(seen): Expected,
    once: Once<Split>,
) -> Answered<Stock, 200> {
    once.answer(Stock::shown, |body, receipt| async move {
        let Split { warehouse, shards } = body;
        let command = SplitStock { variant, warehouse, shards };
        app.split_stock(&member.into(), command, seen, receipt).await
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
pub(super) async fn set_threshold(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    Expected(seen): Expected,
    once: Once<SetThreshold>,
) -> Answered<Stock, 200> {
    once.answer(Stock::shown, |body, receipt| async move {
        let SetThreshold { threshold } = body;
        app.set_threshold(&member.into(), variant, threshold.get(), seen, receipt).await
    })
    .await
}
