//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need; [`AppError`] is everything that can stand in their way.
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod neighbours;

mod accept_changes;
mod add_line;
mod clear_cart;
mod close_account;
mod empty_cart;
mod foreign_cart;
mod merge_carts;
mod read_cart;
mod remove_line;
mod set_quantity;
mod show_cart;

use ask::AskError;
use clock::Clock;
use dynamo::Write;
use ids::Mint;
use problem::Problem;

use crate::domain::{Cart, Owner, Refusal};
use crate::store::{Kept, Store};

pub use add_line::{AddLine, Added};
pub use foreign_cart::{ForeignLine, NotAdded};
pub use neighbours::Neighbours;
pub use show_cart::Shown;

/// Everything that the use cases need.
#[derive(Clone)]
pub struct App {
    pub(crate) clock: Clock,
    store: Store,
    neighbours: Neighbours,
    mint: Mint,
}

/// Makes the write that remembers the answer to a command: it is saved with the work itself.
pub type Sign<'a, T> = &'a (dyn Fn(&T) -> Result<Write, Problem> + Send + Sync);

/// What stood in the way of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The cart does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The owner has no cart with anything in it.
    #[error("no such cart")]
    NoSuchCart,
    /// The cart is at another version than the one that was seen.
    #[error("version {seen} was seen, and it is at version {is} now")]
    Stale {
        /// What was seen.
        seen: u64,
        /// What it is now.
        is: u64,
    },
    /// Others were faster too often.
    #[error("busy")]
    Busy,
    /// The table did not do it.
    #[error(transparent)]
    Table(#[from] dynamo::Error),
    /// Another room did not answer, and without its answer this cannot be done.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// An answer that the door has ready.
    #[error("answered at the door")]
    Door(Problem),
}

/// The version that somebody has seen, if they said so.
pub type Expected = Option<u64>;

impl App {
    /// The use cases over this store.
    pub fn new(store: Store, neighbours: Neighbours, clock: Clock, mint: Mint) -> App {
        App { clock, store, neighbours, mint }
    }

    /// The owner's cart as it is now. One whose life has passed is empty, at its old version, so
    /// that nobody takes it for the one that was seen.
    async fn cart_of(&self, owner: Owner) -> Result<Kept, AppError> {
        let now = self.clock.now();
        Ok(match self.store.cart(owner).await? {
            Some(kept) if kept.cart.is_alive(now) => kept,
            Some(gone) => Kept { cart: Cart::empty(owner, now), ..gone },
            None => Kept::nowhere(Cart::empty(owner, now)),
        })
    }

    /// Changes the owner's cart as the owner: decided on what is there, saved as its next version.
    /// Where nothing is to be changed nothing is saved.
    async fn change(
        &self,
        owner: Owner,
        expected: Expected,
        decide: impl Fn(&Cart) -> Result<Cart, Refusal>,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.cart_of(owner).await?;
            check(expected, kept.version)?;
            let decided = decide(&kept.cart)?;
            if decided == kept.cart && kept.cart.merged.is_none() {
                return Ok(kept);
            }
            let cart = decided.used(owner, self.clock.now());
            if let Some(kept) = self.store.save(owner, &kept, cart, None).await? {
                return Ok(kept);
            }
        }
        Err(AppError::Busy)
    }
}

fn check(expected: Expected, is: u64) -> Result<(), AppError> {
    match expected {
        Some(seen) if seen != is => Err(AppError::Stale { seen, is }),
        _ => Ok(()),
    }
}
