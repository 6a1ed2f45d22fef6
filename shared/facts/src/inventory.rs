//! The facts of `inventory`: what came in, what is held and for whom, and what runs out.

use ids::{MovementId, ReservationId, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Goods arrived in a warehouse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StockReceived {
    /// The line of the ledger that explains it.
    pub movement: MovementId,
    /// What arrived.
    pub variant: VariantId,
    /// Where.
    pub warehouse: WarehouseId,
    /// How many.
    pub quantity: u32,
}

/// Stock is held for an owner until a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationMade {
    /// The reservation.
    pub reservation: ReservationId,
    /// The owner, as the caller named it: usually the id of an order.
    pub owner: String,
    /// What is held: each variant once.
    pub lines: Vec<HeldLine>,
    /// When it expires unless it is extended or committed.
    pub expires_at: Timestamp,
}

/// A reservation expired, and its stock is free again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationExpired {
    /// The reservation.
    pub reservation: ReservationId,
    /// The owner.
    pub owner: String,
    /// What was held.
    pub lines: Vec<HeldLine>,
}

/// The owner released the reservation, and its stock is free again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationReleased {
    /// The reservation.
    pub reservation: ReservationId,
    /// The owner.
    pub owner: String,
    /// What was held.
    pub lines: Vec<HeldLine>,
}

/// The reserved stock is sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationCommitted {
    /// The reservation.
    pub reservation: ReservationId,
    /// The owner.
    pub owner: String,
    /// What was held.
    pub lines: Vec<HeldLine>,
}

/// Less of a variant is free than its merchant's threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LowStock {
    /// The variant.
    pub variant: VariantId,
    /// How many are free.
    pub free: u64,
    /// The threshold of its merchant.
    pub threshold: u64,
}

/// Nothing of a variant is free.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoldOut {
    /// The variant.
    pub variant: VariantId,
}

/// Something of a variant is free again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackInStock {
    /// The variant.
    pub variant: VariantId,
    /// How many are free.
    pub free: u64,
}

/// So many of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    /// The variant.
    pub variant: VariantId,
    /// How many of it.
    pub quantity: u32,
}

crate::word::speaks! {
    "inventory.back_in_stock.v1" BackInStock "Something of a variant is free again.",
    "inventory.low_stock.v1" LowStock "Less of a variant is free than its merchant wants.",
    "inventory.reservation_committed.v1" ReservationCommitted "What was held is sold.",
    "inventory.reservation_expired.v1" ReservationExpired "Nobody came for what was held, and it is free again.",
    "inventory.reservation_made.v1" ReservationMade "Stock is held for somebody until a moment.",
    "inventory.reservation_released.v1" ReservationReleased "The owner gave back what was held, and it is free again.",
    "inventory.sold_out.v1" SoldOut "Nothing of a variant is free.",
    "inventory.stock_received.v1" StockReceived "Goods arrived in a warehouse.",
}
