//! What people and other rooms see of stock.

use dynamo::Versioned;
use facts::catalog::LineKind;
use ids::{MovementId, ProductId, Sku, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Tagged;

use crate::domain::{self, Counts, Level, MovementKind, Part};
use crate::store::{Shelf, Warehouse};

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
    total: Counts,
    warehouses: Vec<InWarehouse>,
}

/// What of it lies in one warehouse.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct InWarehouse {
    warehouse: WarehouseId,
    /// Over how many cells it is spread.
    shards: u8,
    total: Counts,
    /// The cells, in the order of their numbers. A narrower split may leave some beyond the last.
    cells: Vec<InCell>,
}

/// What of it lies in one cell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct InCell {
    shard: u8,
    #[serde(flatten)]
    numbers: Counts,
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
    pub(super) warehouse: WarehouseId,
    /// Missing for the first warehouse, which nobody has named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Whether this is the warehouse that every merchant has, and that is meant when none is named.
    pub(super) main: bool,
}

impl Stock {
    pub(super) fn shown(shelf: &Shelf) -> Tagged<Stock> {
        let Versioned { version, body: card } = &shelf.card;
        let warehouses = card.warehouses.iter().map(|(warehouse, shards)| {
            let cells = shelf.cells.iter().filter(|cell| cell.name.warehouse == *warehouse);
            let total = cells.clone().map(|cell| cell.counts).sum();
            let cells = cells.map(|cell| InCell { shard: cell.name.shard, numbers: cell.counts });
            InWarehouse { warehouse: *warehouse, shards: shards.get(), total, cells: cells.collect() }
        });
        let body = Stock {
            variant: shelf.variant,
            product: card.product,
            kind: card.kind,
            numeric_sku: card.numeric_sku,
            threshold: card.threshold,
            level: shelf.level.map_or(Level::NotStocked, |level| level.body),
            total: shelf.total(),
            warehouses: warehouses.collect(),
        };
        Tagged { version: *version, body }
    }
}

impl Movement {
    pub(super) fn of(movement: &domain::Movement) -> Movement {
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

    pub(super) fn shown(movement: &domain::Movement) -> axum::Json<Movement> {
        axum::Json(Movement::of(movement))
    }
}

impl Place {
    pub(super) fn of(warehouse: &Warehouse) -> Place {
        Place { warehouse: warehouse.id, name: Some(warehouse.name.to_string()), main: false }
    }
}
