//! Somebody has counted, and the count is another one.

use dynamo::Receipt;
use ids::{VariantId, WarehouseId};

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Refusal};
use crate::domain::{Difference, Movement, MovementKind, Note, take};

#[derive(Clone, Debug)]
pub(crate) struct AdjustStock {
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    /// How many more, or with a minus fewer.
    pub by: Difference,
    pub reason: Note,
}

impl App {
    /// Corrects the books, downwards only as far as units are free.
    pub(crate) async fn adjust_stock(
        &self,
        actor: &Actor,
        command: AdjustStock,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let AdjustStock { variant, warehouse, by, reason } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let intent = Intent { variant, kind: MovementKind::Adjust, note: Some(reason), by: &actor.subject };
        let (difference, n) = (by.get(), by.get().unsigned_abs());
        if n == 0 {
            return Err(Refusal::NoDifference.into());
        }
        let moved = self.move_stock(
            actor,
            intent,
            receipt,
            |_| None,
            |shelf, chance| {
                if difference > 0 {
                    return Ok(Move::into(shelf, warehouse, n, chance));
                }
                Ok(Move::out_of(warehouse, n, take(&shelf.cells, warehouse, n)?))
            },
        );
        let movement = moved.await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }
}
