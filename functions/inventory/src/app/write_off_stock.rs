//! Goods are broken, lost or too old.

use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Sign};
use crate::domain::{Movement, MovementKind, Note, Quantity, take};

/// What cannot be sold any more.
#[derive(Clone, Debug)]
pub struct WriteOffStock {
    /// The variant.
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    /// How many.
    pub quantity: Quantity,
    /// Why.
    pub reason: Note,
}

impl App {
    /// Takes free goods out of the books.
    pub async fn write_off_stock(
        &self,
        actor: &Actor,
        command: WriteOffStock,
        sign: Sign<'_, Movement>,
    ) -> Result<Movement, AppError> {
        let WriteOffStock { variant, warehouse, quantity, reason } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { variant, kind: MovementKind::WriteOff, note: Some(reason), by: &actor.subject };
        let n = quantity.get();
        let decide = |shelf: &crate::store::Shelf, _| {
            Ok(Move::out_of(warehouse, n, take(&shelf.cells, warehouse, n)?))
        };
        let movement = self.move_stock(actor, intent, sign, |_| None, decide).await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }
}
