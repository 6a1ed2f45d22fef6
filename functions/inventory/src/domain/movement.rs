//! A line of the ledger: what came, went or was found to be otherwise, by whom and why.
//!
//! Invariant: the movements of a variant in a warehouse sum to what lies there. Holding and selling
//! move nothing; reservations explain those.

use facts::inventory::StockReceived;
use facts::{Fact, Unsent};
use ids::{MovementId, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Cell, Changes, Counts, Note, Refusal, gather};

/// One line of the ledger. It is written once and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// It sorts by time.
    pub id: MovementId,
    pub variant: VariantId,
    pub kind: MovementKind,
    pub parts: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    pub by: String,
    pub at: Timestamp,
}

/// Why goods moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Brought in from another system.
    Open,
    /// Arrived.
    Receive,
    /// Counted anew.
    Adjust,
    /// Broken, lost or too old.
    WriteOff,
    /// Carried from one warehouse to another.
    Transfer,
}

/// By how much one warehouse changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// The warehouse.
    pub warehouse: WarehouseId,
    /// Units that lie there, more or with a minus fewer.
    pub on_hand: i64,
    /// Of those, units that were sold before they came.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub committed: i64,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl Movement {
    /// Only of goods that arrive do other rooms hear; of everything else the level may tell.
    pub fn told(&self) -> Option<Unsent> {
        let part = self.parts.first().filter(|_| self.kind == MovementKind::Receive)?;
        let quantity = u32::try_from(part.on_hand).expect("what arrives is a quantity");
        let (movement, variant, warehouse) = (self.id, self.variant, part.warehouse);
        Some(Fact::of(&StockReceived { movement, variant, warehouse, quantity }))
    }
}

/// The changes that take free units out of a warehouse. What is held or sold is not touched.
pub fn take(cells: &[Cell], from: WarehouseId, n: u32) -> Result<Changes, Refusal> {
    let here: Vec<Cell> = cells.iter().copied().filter(|cell| cell.name.warehouse == from).collect();
    let taken = gather(&here, n, 0).map_err(|free| Refusal::MoreThanFree { free })?;
    let taken = taken.into_iter().map(|hold| (hold.cell(), Counts::received(-i64::from(hold.quantity))));
    Ok(taken.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pick::tests::{cell, total, warehouse};

    #[test]
    fn what_is_held_cannot_be_taken() {
        let counts = Counts::received(5) + Counts::held_for_somebody(3);
        let other = Cell { name: cell(2, 0), counts: Counts::received(9) };
        let cells = [Cell { name: cell(1, 0), counts }, other];
        assert_eq!(total(&take(&cells, warehouse(1), 2).unwrap()), Counts::received(-2));
        assert_eq!(take(&cells, warehouse(1), 3), Err(Refusal::MoreThanFree { free: 2 }));
        assert_eq!(take(&cells, warehouse(3), 1), Err(Refusal::MoreThanFree { free: 0 }));
    }
}
