//! Takes today's prices for the ones that were put in.

use failure::Failure;
use money::Money;
use words::Locale;

use super::show_cart::heard;
use super::{App, AppError, Shown};
use crate::domain::{Owner, Refusal, Review};

impl App {
    /// Takes today's prices, if the cart comes to what was shown: a price that has changed once more
    /// is shown once more. Written by hand, because two rooms are asked between the reading and the save.
    pub async fn accept_changes(
        &self,
        owner: Owner,
        total: Money,
        seen: Option<u64>,
        locale: Option<&Locale>,
    ) -> Result<Shown, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.cart_of(owner).await?;
            kept.is_seen(seen)?;
            if kept.cart.lines.is_empty() {
                return Err(Refusal::NoSuchCart.into());
            }
            let (offers, shelf) = self.today(&kept.cart, locale).await;
            let offers = offers?;
            if Review::of(&kept.cart, Some(&offers), None).total != Some(total) {
                return Err(Refusal::ChangedAgain.into());
            }
            let prices = offers.offers.values().map(|offer| (offer.variant, offer.price)).collect();
            let cart = kept.cart.at_prices(&prices).used(owner, self.clock.now());
            if let Some(kept) = self.store.save(owner, &kept, cart, None).await? {
                return Ok(Shown { kept, offers: Some(offers), shelf: heard(shelf, "inventory") });
            }
        }
        Err(Failure::overtaken().into())
    }
}
