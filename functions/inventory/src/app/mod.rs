//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need; [`AppError`] is everything that can stand in their way.
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod cards;

mod adjust_stock;
mod commit;
mod create_warehouse;
mod expire;
mod extend;
mod free_units;
mod open_stock;
mod open_variant;
mod read_stock;
mod receive_stock;
mod refresh_level;
mod release;
mod reserve;
mod set_threshold;
mod split_stock;
mod transfer_stock;
mod write_off_stock;

mod change_card;
mod move_stock;
mod number_variant;
mod settle;

use std::sync::{Arc, Mutex, PoisonError};

use clock::Clock;
use dynamo::Write;
use ids::{MerchantId, Mint, VariantId, WarehouseId};
use jiff::SignedDuration;
use problem::Problem;
use queue::{SendError, Timers};
use serde::{Deserialize, Serialize};

use crate::domain::{Card, MoreThanFree, Owner, Refusal};
use crate::store::{Shelf, Store};

pub use adjust_stock::AdjustStock;
pub use create_warehouse::CreateWarehouse;
pub use free_units::FreeUnits;
pub use open_stock::OpenStock;
pub use receive_stock::ReceiveStock;
pub use reserve::{CannotReserve, Short, Wish};
pub use split_stock::SplitStock;
pub use transfer_stock::TransferStock;
pub use write_off_stock::WriteOffStock;

use cards::Cards;

/// Everything that the use cases need.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    cards: Cards,
    mint: Mint,
    chance: Arc<Mutex<fastrand::Rng>>,
    timers: Option<Timers>,
}

/// Who acts for which merchant.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The merchant.
    pub merchant: MerchantId,
    /// Who it is, for the ledger.
    pub subject: String,
}

/// Makes the write that remembers the answer to a command: it is saved with the work itself.
pub type Sign<'a, T> = &'a (dyn Fn(&T) -> Result<Write, Problem> + Send + Sync);

/// What the room tells itself to do later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wake {
    /// Look whether the owner's reservation has expired.
    ReservationDue {
        /// The owner.
        owner: Owner,
    },
    /// Look at what the public is told of a variant.
    LevelDue {
        /// The variant.
        variant: VariantId,
    },
}

/// What stood in the way of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The merchant has no such variant.
    #[error("no such stock")]
    NoSuchStock,
    /// There is no stock of such a thing.
    #[error("not stocked")]
    NotStocked,
    /// The merchant has no such warehouse.
    #[error("no such warehouse")]
    NoSuchWarehouse,
    /// The merchant has as many warehouses as one may have.
    #[error("too many warehouses")]
    TooManyWarehouses,
    /// Goods were to be carried from a place to the same place.
    #[error("the same warehouse")]
    SameWarehouse,
    /// A count that changes nothing.
    #[error("no difference")]
    NoDifference,
    /// More was to be taken than is free.
    #[error(transparent)]
    MoreThanFree(#[from] MoreThanFree),
    /// The variant's stock was brought in before.
    #[error("already open")]
    AlreadyOpen,
    /// Not everything that was wished for can be held.
    #[error("cannot reserve")]
    CannotReserve(CannotReserve),
    /// It lies in more places than one transaction reaches.
    #[error("too scattered")]
    TooScattered,
    /// The owner has no reservation.
    #[error("no such reservation")]
    NoSuchReservation,
    /// The owner's reservation is not one that allows this.
    #[error(transparent)]
    Reservation(#[from] Refusal),
    /// Others were faster too often.
    #[error("busy")]
    Busy,
    /// The table did not do it.
    #[error(transparent)]
    Store(#[from] dynamo::Error),
    /// The timer was not set.
    #[error(transparent)]
    Timer(#[from] SendError),
    /// An answer that the door has ready: a stale version, mostly.
    #[error("answered at the door")]
    Door(Problem),
}

impl App {
    /// The use cases over this store. Only roles that wake themselves up need timers.
    pub fn new(store: Store, clock: Clock, mint: Mint, seed: u64, timers: Option<Timers>) -> App {
        let cards = Cards::new(store.clone(), clock.clone());
        let chance = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        App { store, clock, cards, mint, chance, timers }
    }

    /// Does something later, at the earliest after so long.
    async fn wake(&self, after: SignedDuration, wake: &Wake) -> Result<(), AppError> {
        let timers = self.timers.as_ref();
        let timers = timers.ok_or_else(|| SendError::Defect("this role has no timers".into()))?;
        Ok(timers.set(after, wake).await?)
    }

    /// The shelf of a merchant's variant. Another merchant's is as unknown as one that is not there.
    async fn shelf_of(&self, merchant: MerchantId, variant: VariantId) -> Result<Shelf, AppError> {
        let shelf = self.store.shelf(variant).await?;
        shelf.filter(|shelf| shelf.card.merchant == merchant).ok_or(AppError::NoSuchStock)
    }

    /// The warehouse that was named, if it is the merchant's, or the first if none was.
    async fn warehouse_of(
        &self,
        merchant: MerchantId,
        named: Option<WarehouseId>,
    ) -> Result<WarehouseId, AppError> {
        let main = Card::main_warehouse(merchant);
        match named {
            None => Ok(main),
            Some(named) if named == main => Ok(main),
            Some(named) if self.store.has_warehouse(merchant, named).await? => Ok(named),
            Some(_) => Err(AppError::NoSuchWarehouse),
        }
    }

    fn chance(&self) -> u64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }
}
