//! Takes today's prices for the ones that were put in.

use std::collections::BTreeMap;

use failure::Failure;
use money::Money;
use words::Locale;

use super::show_cart::heard;
use super::{App, AppError, Expected, Shown};
use crate::domain::{Cart, Offers, Owner, Refusal, Review};

impl App {
    /// Takes today's prices, if the cart comes to what was shown: a price that has changed once more
    /// is shown once more.
    pub async fn accept_changes(
        &self,
        owner: Owner,
        total: Money,
        expected: Expected,
        locale: Option<&Locale>,
    ) -> Result<Shown, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.cart_of(owner).await?;
            super::check(expected, kept.version)?;
            if kept.cart.lines.is_empty() {
                return Err(Refusal::NoSuchCart.into());
            }
            let (offers, shelf) =
                futures::join!(self.todays_offers(&kept.cart, locale), self.todays_shelf(&kept.cart));
            let offers = offers?;
            if Review::of(&kept.cart, Some(&offers), None).total != Some(total) {
                return Err(Refusal::ChangedAgain.into());
            }
            let cart = kept.cart.at_prices(&prices(&kept.cart, &offers));
            let cart = cart.used(owner, self.clock.now());
            if let Some(kept) = self.store.save(owner, &kept, cart, None).await? {
                return Ok(Shown { kept, offers: Some(offers), shelf: heard(shelf, "inventory") });
            }
        }
        Err(Failure::overtaken().into())
    }
}

fn prices(cart: &Cart, offers: &Offers) -> BTreeMap<ids::VariantId, Money> {
    let variants = cart.lines.values().map(|line| line.variant);
    variants.filter_map(|variant| Some((variant, offers.offers.get(&variant)?.price))).collect()
}
