//! How goods come, go and are found to be otherwise.

use dynamo::Receipt;
use ids::{VariantId, WarehouseId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError};
use crate::domain::{
    Card, CellName, Counts, Difference, Movement, MovementKind, Note, Part, Quantity, Refusal, take,
};

/// What arrived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receive {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    quantity: Quantity,
    note: Option<Note>,
}

/// What a count says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adjust {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    /// How many more, or with a minus fewer.
    by: Difference,
    reason: Note,
}

/// What cannot be sold any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteOff {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    quantity: Quantity,
    reason: Note,
}

/// What is carried where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    from: WarehouseId,
    to: WarehouseId,
    quantity: Quantity,
    note: Option<Note>,
}

/// What the other system says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opening {
    on_hand: Quantity,
    /// How many of those are sold there. It may be more than lie there; nothing is free then.
    #[serde(default)]
    reserved: u32,
}

impl App {
    pub(crate) async fn receive_stock(
        &self,
        actor: &Actor,
        variant: VariantId,
        Receive { warehouse, quantity, note }: Receive,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { actor, variant, kind: MovementKind::Receive, note };
        let decide = |shelf: &_, chance| Ok(Move::into(shelf, warehouse, quantity.get(), chance));
        self.move_stock(intent, receipt, decide).await
    }

    /// Corrects the books, downwards only as far as units are free.
    pub(crate) async fn adjust_stock(
        &self,
        actor: &Actor,
        variant: VariantId,
        Adjust { warehouse, by, reason }: Adjust,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let (by, n) = (by.get(), by.get().unsigned_abs());
        if n == 0 {
            return Err(Refusal::NoDifference.into());
        }
        let intent = Intent { actor, variant, kind: MovementKind::Adjust, note: Some(reason) };
        let moved = self.move_stock(intent, receipt, |shelf, chance| match by > 0 {
            true => Ok(Move::into(shelf, warehouse, n, chance)),
            false => Ok(Move::out_of(warehouse, n, take(&shelf.cells, warehouse, n)?)),
        });
        let movement = moved.await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }

    /// Takes free goods out of the books.
    pub(crate) async fn write_off_stock(
        &self,
        actor: &Actor,
        variant: VariantId,
        WriteOff { warehouse, quantity, reason }: WriteOff,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let n = quantity.get();
        let intent = Intent { actor, variant, kind: MovementKind::WriteOff, note: Some(reason) };
        let moved = self.move_stock(intent, receipt, |shelf, _| {
            Ok(Move::out_of(warehouse, n, take(&shelf.cells, warehouse, n)?))
        });
        let movement = moved.await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }

    /// Moves free goods between two warehouses of the merchant. The public sees nothing of it: as many
    /// are free as before.
    pub(crate) async fn transfer_stock(
        &self,
        actor: &Actor,
        variant: VariantId,
        Transfer { from, to, quantity, note }: Transfer,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        if from == to {
            return Err(Refusal::SameWarehouse.into());
        }
        let from = self.warehouse_of(actor.merchant, Some(from)).await?;
        let to = self.warehouse_of(actor.merchant, Some(to)).await?;
        let n = quantity.get();
        let intent = Intent { actor, variant, kind: MovementKind::Transfer, note };
        let moved = self.move_stock(intent, receipt, |shelf, chance| {
            let mut moved = Move::into(shelf, to, n, chance);
            moved.changes.extend(take(&shelf.cells, from, n)?.iter());
            moved.parts.push(Part { warehouse: from, on_hand: -i64::from(n), committed: 0 });
            Ok(moved)
        });
        moved.await
    }

    /// Brings in the stock of a variant from the system where it was sold before, sold ones as sold,
    /// once. What was sold beyond what lies there cannot be on any shelf; the ledger says how many
    /// that are.
    pub(crate) async fn open_stock(
        &self,
        by: &str,
        variant: VariantId,
        Opening { on_hand, reserved }: Opening,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let shelf = self.store.shelf(variant).await?.ok_or(Refusal::NoSuchStock)?;
        let actor = Actor { merchant: shelf.card.body.merchant, subject: by.to_owned() };
        let warehouse = Card::main_warehouse(actor.merchant);
        let on_hand = on_hand.get();
        let committed = reserved.min(on_hand);
        let oversold = reserved - committed;
        let note: Option<Note> = (oversold > 0)
            .then(|| format!("{oversold} more were sold than there were in the system they come from"))
            .and_then(|note| note.parse().ok());
        let intent = Intent { actor: &actor, variant, kind: MovementKind::Open, note };
        let moved = self.move_stock(intent, receipt, |shelf, chance| {
            let card = &shelf.card.body;
            if card.opened {
                return Err(Refusal::AlreadyOpen);
            }
            let mut moved = Move::into(shelf, warehouse, on_hand - committed, chance);
            let first = CellName { variant, warehouse, shard: 0 };
            moved.changes.change(first, Counts::sold_elsewhere(committed.into()));
            moved.parts = vec![Part { warehouse, on_hand: on_hand.into(), committed: committed.into() }];
            moved.card = Some(Card { opened: true, ..card.with_warehouse(warehouse) });
            Ok(moved)
        });
        let movement = moved.await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }
}
