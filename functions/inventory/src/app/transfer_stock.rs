//! Goods are carried from one warehouse to another. The public sees nothing of it: as many are
//! free as before.

use dynamo::Receipt;
use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Refusal};
use crate::domain::{Movement, MovementKind, Note, Part, Quantity, take};

#[derive(Clone, Debug)]
pub(crate) struct TransferStock {
    pub variant: VariantId,
    pub from: WarehouseId,
    pub to: WarehouseId,
    pub quantity: Quantity,
    pub note: Option<Note>,
}

impl App {
    /// Moves free goods between two warehouses of the merchant.
    pub(crate) async fn transfer_stock(
        &self,
        actor: &Actor,
        command: TransferStock,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let TransferStock { variant, from, to, quantity, note } = command;
        if from == to {
            return Err(Refusal::SameWarehouse.into());
        }
        let from = self.warehouse_of(actor.merchant, Some(from)).await?;
        let to = self.warehouse_of(actor.merchant, Some(to)).await?;
        let intent = Intent { variant, kind: MovementKind::Transfer, note, by: &actor.subject };
        let n = quantity.get();
        let decide = |shelf: &crate::store::Shelf, chance| {
            let mut moved = Move::into(shelf, to, n, chance);
            moved.changes.extend(take(&shelf.cells, from, n)?.iter());
            moved.parts.push(Part { warehouse: from, on_hand: -i64::from(n), committed: 0 });
            Ok(moved)
        };
        self.move_stock(actor, intent, receipt, |_| None, decide).await
    }
}
