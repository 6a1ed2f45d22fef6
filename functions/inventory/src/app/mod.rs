//! What can be done with stock. Most of it is no single aggregate: a movement writes a card, a line and
//! cells; a reservation writes itself and the cells that it takes from. So the loops are written by hand.
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod cards;

mod adjust_stock;
mod create_warehouse;
mod expire;
mod free_units;
mod open_stock;
mod receive_stock;
mod refresh_level;
pub(crate) mod reserve;
mod split_stock;
mod transfer_stock;
mod write_off_stock;

mod change_card;
mod move_stock;
mod settle;

use std::sync::{Arc, Mutex, PoisonError};

use clock::Clock;
use dynamo::Cursor;
use failure::Failure;
use ids::{MerchantId, Mint, Sku, VariantId, WarehouseId};
use jiff::SignedDuration;
use queue::Timers;
use serde::{Deserialize, Serialize};

use crate::domain::{BadLines, Card, Denied, MoreThanFree, Movement, Owner};
use crate::store::{Shelf, Store};

pub(crate) use adjust_stock::AdjustStock;
pub(crate) use create_warehouse::CreateWarehouse;
pub(crate) use open_stock::OpenStock;
pub(crate) use receive_stock::ReceiveStock;
pub(crate) use reserve::{CannotReserve, Wish};
pub(crate) use split_stock::SplitStock;
pub(crate) use transfer_stock::TransferStock;
pub(crate) use write_off_stock::WriteOffStock;

use cards::Cards;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    cards: Cards,
    mint: Mint,
    chance: Arc<Mutex<fastrand::Rng>>,
    timers: Option<Timers>,
}

#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub merchant: MerchantId,
    pub subject: String,
}

/// What the room tells itself to do later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wake {
    /// Look whether the owner's reservation has expired.
    ReservationDue { owner: Owner },
    /// Look at what the public is told of a variant.
    LevelDue { variant: VariantId },
}

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
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
    #[error(transparent)]
    MoreThanFree(#[from] MoreThanFree),
    #[error("stock from another system is brought in once")]
    AlreadyOpen,
    /// Not everything that was wished for can be held.
    #[error("cannot reserve")]
    CannotReserve(CannotReserve),
    /// It lies in more places than one transaction reaches.
    #[error("these units lie in more places than one reservation reaches; ask for fewer lines")]
    TooScattered,
    #[error("no such reservation")]
    NoSuchReservation,
    /// The owner's reservation is not one that allows this.
    #[error(transparent)]
    Reservation(#[from] Denied),
    #[error(transparent)]
    BadLines(#[from] BadLines),
}

impl failure::Refusal for Refusal {}

impl From<MoreThanFree> for AppError {
    fn from(more: MoreThanFree) -> AppError {
        AppError::Refused(more.into())
    }
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> AppError {
        AppError::Refused(denied.into())
    }
}

impl App {
    /// The use cases over this store. Only roles that wake themselves up need timers.
    pub(crate) fn new(store: Store, clock: Clock, mint: Mint, seed: u64, timers: Option<Timers>) -> App {
        let cards = Cards::new(store.clone(), clock.clone());
        let chance = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        App { store, clock, cards, mint, chance, timers }
    }

    /// Does something later, at the earliest after so long.
    async fn wake(&self, after: SignedDuration, wake: &Wake) -> Result<(), AppError> {
        let timers = self.timers.as_ref();
        let timers = timers.ok_or_else(|| Failure::without("timers"))?;
        Ok(timers.set(after, wake).await?)
    }

    /// The shelf of a merchant's variant. Another merchant's is as unknown as one that is not there.
    pub(crate) async fn shelf_of(&self, merchant: MerchantId, variant: VariantId) -> Result<Shelf, AppError> {
        let shelf = self.store.shelf(variant).await?;
        Ok(shelf.filter(|shelf| shelf.card.merchant == merchant).ok_or(Refusal::NoSuchStock)?)
    }

    /// The ledger of a variant of the merchant, newest first.
    pub(crate) async fn list_movements(
        &self,
        merchant: MerchantId,
        variant: VariantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Movement>, Option<Cursor>), AppError> {
        let card = self.store.cards(&[variant]).await?.remove(&variant);
        card.filter(|card| card.merchant == merchant).ok_or(Refusal::NoSuchStock)?;
        Ok(self.store.movements(variant, limit, after).await?)
    }

    /// How many can be bought now of the variant with this number.
    pub(crate) async fn read_free(&self, sku: Sku) -> Result<u64, AppError> {
        let variant = self.store.variant_with(sku).await?.ok_or(Refusal::NoSuchStock)?;
        let shelf = self.store.shelf(variant).await?.ok_or(Refusal::NoSuchStock)?;
        Ok(shelf.free())
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
            Some(_) => Err(Refusal::NoSuchWarehouse.into()),
        }
    }

    fn chance(&self) -> u64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }
}
