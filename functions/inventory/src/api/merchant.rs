//! What the people of a merchant do with the stock of a variant.

use axum::extract::State;
use ids::{VariantId, WarehouseId};
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Expected, Id, Listed, Membership, Once, Page, TokenClerk, TokenManager, Versioned};

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
pub(super) async fn read_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
) -> Result<Versioned<Stock>, Problem> {
    let shelf = app.read_stock(&member.into(), variant).await?;
    Ok(Versioned { version: shelf.version, body: Stock::from(&shelf) })
}

/// The ledger of one variant, newest first.
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
pub(super) async fn receive_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Receive>,
) -> Answered<Movement, 201> {
    once.run(|Receive { warehouse, quantity, note }, receipt| async move {
        let sign = |movement: &_| receipt.of(&Movement::from(movement));
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
pub(super) async fn adjust_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Adjust>,
) -> Answered<Movement, 201> {
    once.run(|Adjust { warehouse, by, reason }, receipt| async move {
        let sign = |movement: &_| receipt.of(&Movement::from(movement));
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
pub(super) async fn write_off_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<WriteOff>,
) -> Answered<Movement, 201> {
    once.run(|WriteOff { warehouse, quantity, reason }, receipt| async move {
        let sign = |movement: &_| receipt.of(&Movement::from(movement));
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
pub(super) async fn transfer_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<Transfer>,
) -> Answered<Movement, 201> {
    once.run(|Transfer { from, to, quantity, note }, receipt| async move {
        let sign = |movement: &domain::Movement| receipt.of(&Movement::from(movement));
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
pub(super) async fn split_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    expected: Expected,
    once: Once<Split>,
) -> Answered<Stock, 200> {
    once.run(|Split { warehouse, shards }, receipt| async move {
        let sign = |shelf: &store::Shelf| receipt.at(shelf.version, &Stock::from(shelf));
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
pub(super) async fn set_threshold(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    expected: Expected,
    once: Once<SetThreshold>,
) -> Answered<Stock, 200> {
    once.run(|SetThreshold { threshold }, receipt| async move {
        let sign = |shelf: &store::Shelf| receipt.at(shelf.version, &Stock::from(shelf));
        app.set_threshold(&member.into(), variant, threshold.get(), expected, &sign).await?;
        Ok(())
    })
    .await
}
