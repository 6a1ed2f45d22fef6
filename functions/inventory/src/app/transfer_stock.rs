//! Goods are carried from one warehouse to another. The public sees nothing of it: as many are
//! free as before.

use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Sign};
use crate::domain::{Movement, MovementKind, Note, Part, Quantity, take};

/// What is carried where.
#[derive(Clone, Debug)]
pub struct TransferStock {
    /// The variant.
    pub variant: VariantId,
    /// From where.
    pub from: WarehouseId,
    /// To where.
    pub to: WarehouseId,
    /// How many.
    pub quantity: Quantity,
    /// What the person said.
    pub note: Option<Note>,
}

impl App {
    /// Moves free goods between two warehouses of the merchant.
    pub async fn transfer_stock(
        &self,
        actor: &Actor,
        command: TransferStock,
        sign: Sign<'_, Movement>,
    ) -> Result<Movement, AppError> {
        let TransferStock { variant, from, to, quantity, note } = command;
        if from == to {
            return Err(AppError::SameWarehouse);
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
        self.move_stock(actor, intent, sign, |_| None, decide).await
    }
}
