//! Load, decide, save: one use case per file.
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod neighbours;

mod accept_changes;
mod add_line;
mod empty_cart;
mod foreign_cart;
mod merge_carts;
mod show_cart;

use clock::Clock;
use dynamo::Versioned;
use failure::Failure;
use ids::Mint;

use crate::domain::{Cart, Owner, Refusal};
use crate::store::{Kept, Store};

pub(crate) use add_line::{AddLine, Added};
pub(crate) use foreign_cart::{ForeignLine, NotAdded};
pub(crate) use neighbours::Neighbours;
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

/// The version that somebody has seen, if they said so.
pub(crate) type Expected = Option<u64>;

impl App {
    pub(crate) fn new(store: Store, neighbours: Neighbours, clock: Clock, mint: Mint) -> App {
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

    /// The cart at this version, with something in it.
    pub(crate) async fn read_cart(&self, owner: Owner, version: Expected) -> Result<Kept, AppError> {
        let kept = self.cart_of(owner).await?;
        if kept.cart.lines.is_empty() {
            return Err(Refusal::NoSuchCart.into());
        }
        check(version, kept.version)?;
        Ok(kept)
    }

    /// Changes the owner's cart as the owner: decided on what is there, saved as its next version.
    /// Where nothing is to be changed nothing is saved. Written by hand, because a cart whose life has
    /// passed counts as empty at its old version, and an item is made attribute by attribute.
    pub(crate) async fn change(
        &self,
        owner: Owner,
        expected: Expected,
        decide: impl Fn(&Cart) -> Result<Cart, Refusal> + Send + Sync,
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
        Err(Failure::overtaken().into())
    }
}

fn check(expected: Expected, is: u64) -> Result<(), Failure> {
    Versioned { version: is, body: () }.is_seen(expected)
}
