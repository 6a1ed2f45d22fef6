//! Goods are broken, lost or too old.

use dynamo::Receipt;
use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError};
use crate::domain::{Movement, MovementKind, Note, Quantity, take};

#[derive(Clone, Debug)]
pub(crate) struct WriteOffStock {
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    pub quantity: Quantity,
    pub reason: Note,
}

impl App {
    /// Takes free goods out of the books.
    pub(crate) async fn write_off_stock(
        &self,
        actor: &Actor,
        command: WriteOffStock,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let WriteOffStock { variant, warehouse, quantity, reason } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { variant, kind: MovementKind::WriteOff, note: Some(reason), by: &actor.subject };
        let n = quantity.get();
        let decide = |shelf: &crate::store::Shelf, _| {
            Ok(Move::out_of(warehouse, n, take(&shelf.cells, warehouse, n)?))
        };
        let movement = self.move_stock(actor, intent, receipt, |_| None, decide).await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }
}
