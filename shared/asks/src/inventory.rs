//! Stock that is held, sold and let go. The owner makes an ask idempotent: the same wish of the same
//! owner gets the same answer, however often it comes. An owner is a name of 1 to 128 letters, digits
//! and `_-.:`, usually the id of an order.

use ids::{ReservationId, VariantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Holds stock for an owner: all lines or none, and every line that stands in the way is named. What
/// the owner holds already counts as free for it, and another wish takes the place of the one before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// For whom.
    pub owner: String,
    /// Lines of one variant are summed.
    pub lines: Vec<WantedLine>,
    /// For how long: from 1 to 900 seconds, the most when missing.
    #[serde(default = "longest")]
    pub ttl_seconds: u16,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedLine {
    /// Which.
    pub variant: VariantId,
    /// From 1 to 1 000 000.
    pub quantity: u32,
}

/// Holds what is held for longer, never for shorter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// For whom.
    pub owner: String,
    /// For how long from now: from 1 to 900 seconds, the most when missing.
    #[serde(default = "longest")]
    pub ttl_seconds: u16,
}

/// Sells what is held, if its time has not passed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// For whom.
    pub owner: String,
}

/// Holds it no longer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// For whom.
    pub owner: String,
}

/// A reservation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    /// Its id.
    pub reservation: ReservationId,
    /// For whom.
    pub owner: String,
    /// What has become of it.
    pub state: HeldState,
    /// What it holds, each variant once.
    pub lines: Vec<HeldQuantity>,
    /// When it dies unless it is extended or committed.
    pub expires_at: Timestamp,
}

/// What has become of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldState {
    /// It holds.
    Active,
    /// Its time has passed.
    Expired,
    /// It was let go.
    Released,
    /// It was sold.
    Committed,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct HeldQuantity {
    /// Which.
    pub variant: VariantId,
    /// How many.
    pub quantity: u32,
}

/// How many units of some variants can be had now. Nothing is held.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeUnits {
    /// From 1 to 100. What is wanted tells how closely to look.
    pub lines: Vec<WantedLine>,
}

/// How many can be had now. Unknown variants are left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Free {
    /// What there is stock of.
    pub items: Vec<FreeVariant>,
    /// Services and courses, of which there is no stock.
    pub not_stocked: Vec<VariantId>,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FreeVariant {
    /// Which.
    pub variant: VariantId,
    /// At least what was wanted, or exactly so many.
    pub free: u64,
}

fn longest() -> u16 {
    900
}
