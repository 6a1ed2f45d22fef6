//! Goods arrive in a warehouse.

use facts::Fact;
use facts::inventory::StockReceived;
use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Sign};
use crate::domain::{Movement, MovementKind, Note, Quantity};

/// What arrived.
#[derive(Clone, Debug)]
pub struct ReceiveStock {
    /// The variant.
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    /// How many.
    pub quantity: Quantity,
    /// What the person said.
    pub note: Option<Note>,
}

impl App {
    /// Puts goods on the shelf and tells of it.
    pub async fn receive_stock(
        &self,
        actor: &Actor,
        command: ReceiveStock,
        sign: Sign<'_, Movement>,
    ) -> Result<Movement, AppError> {
        let ReceiveStock { variant, warehouse, quantity, note } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { variant, kind: MovementKind::Receive, note, by: &actor.subject };
        let quantity = quantity.get();
        let told = |movement: &Movement| {
            Some(Fact::of(&StockReceived { movement: movement.id, variant, warehouse, quantity }))
        };
        let decide = |shelf: &_, chance| Ok(Move::into(shelf, warehouse, quantity, chance));
        self.move_stock(actor, intent, sign, told, decide).await
    }
}
