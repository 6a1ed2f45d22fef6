//! What can be done with stock. Most of it is no single aggregate: a movement writes a card, a line and
//! cells; a reservation writes itself and the cells that it takes from. So the loops are written by hand.
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod cards;
mod change_card;
mod expire;
mod free_units;
mod levels;
mod move_stock;
mod movements;
mod reserve;
mod settle;
mod shelves;
mod split_stock;
mod warehouses;

use std::sync::{Arc, Mutex};

use clock::Clock;
use ids::{MerchantId, Mint};
use lambda::{Surroundings, Unready};
use queue::Timers;

use crate::store::Store;
use cards::Cards;

pub(crate) use crate::domain::Refusal;
pub(crate) use change_card::SetThreshold;
pub(crate) use levels::Wake;
pub(crate) use movements::{Adjust, Opening, Receive, Transfer, WriteOff};
pub(crate) use reserve::Wish;
pub(crate) use split_stock::Split;

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

impl failure::Refusal for Refusal {}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    cards: Cards,
    mint: Mint,
    chance: Arc<Mutex<fastrand::Rng>>,
    /// Only roles that wake themselves up have them.
    timers: Option<Timers>,
}

#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub merchant: MerchantId,
    pub subject: String,
}

impl App {
    pub(crate) fn open(around: &Surroundings) -> Result<App, Unready> {
        let (store, clock, mint) = (Store::new(around.table()?), around.clock.clone(), around.mint.clone());
        let cards = Cards::new(store.clone(), clock.clone());
        let chance = Arc::new(Mutex::new(fastrand::Rng::with_seed(around.seed)));
        let timers = around.env.get("TIMERS_QUEUE_URL").map(|_| around.timers()).transpose()?;
        Ok(App { store, clock, cards, mint, chance, timers })
    }
}
