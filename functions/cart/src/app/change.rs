//! A cart as it is now, and a change of it: decided on what is there, saved as its next version.

use failure::Failure;
use ids::OrderId;

use super::{App, AppError};
use crate::domain::{Cart, Emptied, Owner, Refusal};
use crate::store::Kept;

impl App {
    /// The owner's cart as it is now. One whose life has passed is empty, at its old version, so
    /// that it is not taken for the one that was seen.
    pub(super) async fn cart_of(&self, owner: Owner) -> Result<Kept, AppError> {
        let now = self.clock.now();
        Ok(match self.store.cart(owner).await? {
            Some(kept) if kept.cart.is_alive(now) => kept,
            Some(gone) => Kept { cart: Cart::empty(owner, now), ..gone },
            None => Kept::nowhere(Cart::empty(owner, now)),
        })
    }

    /// The cart at this version, with something in it.
    pub(crate) async fn read_cart(&self, owner: Owner, seen: Option<u64>) -> Result<Kept, AppError> {
        let kept = self.cart_of(owner).await?;
        if kept.cart.lines.is_empty() {
            return Err(Refusal::NoSuchCart.into());
        }
        kept.is_seen(seen)?;
        Ok(kept)
    }

    /// Changes the owner's cart as the owner.
    pub(crate) async fn change(
        &self,
        owner: Owner,
        seen: Option<u64>,
        decide: impl Fn(&Cart) -> Result<Cart, Refusal> + Send + Sync,
    ) -> Result<Kept, AppError> {
        let decide = |kept: &Kept| {
            kept.is_seen(seen)?;
            let decided = decide(&kept.cart)?;
            Ok(Some(decided).filter(|decided| *decided != kept.cart || kept.cart.merged.is_some()))
        };
        self.change_if(owner, decide).await
    }

    /// Takes everything out of the cart that was ordered at this version, once for each order. What
    /// was put in after that is not taken: then the cart is at another version, and stays.
    pub(crate) async fn empty_cart(
        &self,
        owner: Owner,
        version: u64,
        order: OrderId,
    ) -> Result<(), AppError> {
        let emptied = Some(Emptied { order, version });
        let empty = |kept: &Kept| {
            if kept.cart.emptied == emptied {
                return Ok(None);
            }
            kept.is_seen(Some(version))?;
            Ok(Some(Cart { emptied, ..kept.cart.cleared() }))
        };
        self.change_if(owner, empty).await.map(drop)
    }

    /// Saves what is decided, or nothing. Written by hand, because a cart whose life has passed counts as
    /// empty at its old version, and because an item is made attribute by attribute.
    async fn change_if(
        &self,
        owner: Owner,
        decide: impl Fn(&Kept) -> Result<Option<Cart>, AppError> + Send + Sync,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.cart_of(owner).await?;
            let Some(decided) = decide(&kept)? else { return Ok(kept) };
            let cart = decided.used(owner, self.clock.now());
            if let Some(kept) = self.store.save(owner, &kept, cart, None).await? {
                return Ok(kept);
            }
        }
        Err(Failure::overtaken().into())
    }
}
