//! Why not, by name.

use ids::VariantId;

use super::{BadLines, Denied};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no such stock")]
    NoSuchStock,
    #[error("there is no stock of a service or a course")]
    NotStocked,
    #[error("no such warehouse")]
    NoSuchWarehouse,
    #[error("too many warehouses")]
    TooManyWarehouses,
    #[error("goods are carried from one place to another")]
    SameWarehouse,
    #[error("a count that changes nothing is not worth a line")]
    NoDifference,
    #[error("only {free} are free")]
    MoreThanFree { free: u64 },
    #[error("stock from another system is brought in once")]
    AlreadyOpen,
    #[error("cannot reserve")]
    CannotReserve(CannotReserve),
    #[error("these units lie in more places than one reservation reaches; ask for fewer lines")]
    TooScattered,
    #[error("no such reservation")]
    NoSuchReservation,
    #[error(transparent)]
    Reservation(#[from] Denied),
    #[error(transparent)]
    BadLines(#[from] BadLines),
}

/// Why not everything can be held, line by line. Nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CannotReserve {
    pub unknown: Vec<VariantId>,
    pub not_stocked: Vec<VariantId>,
    pub short: Vec<Short>,
}

/// A line of which there is too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub variant: VariantId,
    pub wanted: u32,
    /// What the owner holds already is free for it.
    pub free: u64,
}
