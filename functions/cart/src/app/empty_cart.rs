//! What was in the cart has been ordered.

use failure::Failure;
use ids::OrderId;

use super::{App, AppError};
use crate::domain::{Emptied, Owner};

impl App {
    /// Takes everything out of the cart that was ordered at this version, once for each order. What
    /// was put in after that is not taken: then the cart is at another version, and stays.
    pub async fn empty_cart(&self, owner: Owner, version: u64, order: OrderId) -> Result<(), AppError> {
        let emptied = Some(Emptied { order, version });
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.cart_of(owner).await?;
            if kept.cart.emptied == emptied {
                return Ok(());
            }
            super::check(Some(version), kept.version)?;
            let mut cart = kept.cart.cleared().used(owner, self.clock.now());
            cart.emptied = emptied;
            if self.store.save(owner, &kept, cart, None).await?.is_some() {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
