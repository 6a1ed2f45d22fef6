//! Load, decide, save: one use case per file.
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod neighbours;

mod accept_changes;
mod add_line;
mod change;
mod foreign_cart;
mod merge_carts;
mod show_cart;

use clock::Clock;
use ids::Mint;
use lambda::{Surroundings, Unready};

use crate::domain::Refusal;
use crate::store::Store;
use neighbours::Neighbours;

pub(crate) use add_line::Added;
pub(crate) use foreign_cart::Item;
pub(crate) use show_cart::Shown;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    neighbours: Neighbours,
    mint: Mint,
}

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

impl failure::Refusal for Refusal {}

impl App {
    pub(crate) fn open(around: &Surroundings) -> Result<App, Unready> {
        let (clock, mint) = (around.clock.clone(), around.mint.clone());
        let neighbours = Neighbours::new(around.peers()?, mint.clone());
        Ok(App { clock, store: Store::new(around.table()?), neighbours, mint })
    }
}
