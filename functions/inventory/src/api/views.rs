//! What people and other rooms see of stock.

use facts::catalog::LineKind;
use ids::{MovementId, ProductId, Sku, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Tagged;

use crate::domain::{self, Counts, Level, MovementKind, Part};
use crate::store::{Shelf, Warehouse};

/// Units by what may be done with them.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Numbers {
    /// Lying there: the sum of the other three.
    on_hand: i64,
    /// To be had.
    free: i64,
    /// Held for somebody for a while.
    held: i64,
    /// Sold and not yet gone.
    committed: i64,
}

/// The stock of one variant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Stock {
    variant: VariantId,
    product: ProductId,
    #[schema(inline)]
    kind: LineKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    numeric_sku: Option<Sku>,
    /// At this many free units or fewer it counts as low.
    threshold: u32,
    /// What the public is told.
    level: Level,
    total: Numbers,
    warehouses: Vec<InWarehouse>,
}

/// What of it lies in one warehouse.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct InWarehouse {
    warehouse: WarehouseId,
    /// Over how many cells it is spread.
    shards: u8,
    total: Numbers,
    /// The cells, in the order of their numbers. A narrower split may leave some beyond the last.
    cells: Vec<InCell>,
}

/// What of it lies in one cell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct InCell {
    shard: u8,
    #[serde(flatten)]
    numbers: Numbers,
}

/// A line of the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Movement {
    movement: MovementId,
    variant: VariantId,
    kind: MovementKind,
    parts: Vec<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Who it was.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A place where stock lies.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Place {
    warehouse: WarehouseId,
    /// Missing for the first warehouse, which nobody has named.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Whether this is the warehouse that every merchant has, and that is meant when none is named.
    main: bool,
}

impl From<Counts> for Numbers {
    fn from(counts: Counts) -> Numbers {
        Numbers {
            on_hand: counts.on_hand(),
            free: counts.free(),
            held: counts.held(),
            committed: counts.committed(),
        }
    }
}

impl From<&Shelf> for Stock {
    fn from(shelf: &Shelf) -> Stock {
        let card = &shelf.card;
        let warehouses = card.warehouses.iter().map(|(warehouse, shards)| {
            let cells = shelf.cells.iter().filter(|cell| cell.name.warehouse == *warehouse);
            let total: Counts = cells.clone().map(|cell| cell.counts).sum();
            let cells = cells.map(|cell| InCell { shard: cell.name.shard, numbers: cell.counts.into() });
            InWarehouse {
                warehouse: *warehouse,
                shards: shards.get(),
                total: total.into(),
                cells: cells.collect(),
            }
        });
        Stock {
            variant: shelf.variant,
            product: card.product,
            kind: card.kind,
            numeric_sku: card.numeric_sku,
            threshold: card.threshold,
            level: shelf.level.map_or(Level::NotStocked, |(level, _)| level),
            total: shelf.total().into(),
            warehouses: warehouses.collect(),
        }
    }
}

impl From<&domain::Movement> for Movement {
    fn from(movement: &domain::Movement) -> Movement {
        Movement {
            movement: movement.id,
            variant: movement.variant,
            kind: movement.kind,
            parts: movement.parts.clone(),
            note: movement.note.as_ref().map(ToString::to_string),
            by: movement.by.clone(),
            at: movement.at,
        }
    }
}

impl From<&Warehouse> for Place {
    fn from(warehouse: &Warehouse) -> Place {
        Place { warehouse: warehouse.id, name: Some(warehouse.name.to_string()), main: false }
    }
}

impl Place {
    pub(super) fn main(warehouse: WarehouseId) -> Place {
        Place { warehouse, name: None, main: true }
    }
}

impl Movement {
    pub(super) fn shown(movement: &domain::Movement) -> axum::Json<Movement> {
        axum::Json(Movement::from(movement))
    }
}

impl Stock {
    pub(super) fn shown(shelf: &Shelf) -> Tagged<Stock> {
        Tagged { version: shelf.version, body: Stock::from(shelf) }
    }
}
