//! Goods arrive in a warehouse.

use dynamo::Receipt;
use facts::Fact;
use facts::inventory::StockReceived;
use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError};
use crate::domain::{Movement, MovementKind, Note, Quantity};

#[derive(Clone, Debug)]
pub(crate) struct ReceiveStock {
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    pub quantity: Quantity,
    pub note: Option<Note>,
}

impl App {
    /// Puts goods on the shelf and tells of it.
    pub(crate) async fn receive_stock(
        &self,
        actor: &Actor,
        command: ReceiveStock,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let ReceiveStock { variant, warehouse, quantity, note } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { variant, kind: MovementKind::Receive, note, by: &actor.subject };
        let quantity = quantity.get();
        let told = |movement: &Movement| {
            Some(Fact::of(&StockReceived { movement: movement.id, variant, warehouse, quantity }))
        };
        let decide = |shelf: &_, chance| Ok(Move::into(shelf, warehouse, quantity, chance));
        self.move_stock(actor, intent, receipt, told, decide).await
    }
}
