//! Puts something into a cart.
//!
//! One question to the catalog, one update of the cart. The update carries the rules as conditions,
//! so that however many put something in at once, each counts and none has to try again. Only when
//! DynamoDB refuses it is the cart looked at, and the same rules say why.

use std::collections::BTreeSet;

use dynamo::Receipt;
use failure::Failure;
use ids::CartId;
use money::Currency;

use super::{App, AppError};
use crate::domain::{Addition, Cart, Line, LineName, NotForSale, Offer, Owner, Refusal, Wanted};
use crate::store::{Kept, Put};

#[derive(Clone, Debug)]
pub struct Added {
    pub owner: Owner,
    pub name: LineName,
    /// The line, with as many as were put in.
    pub line: Line,
    /// The cart afterwards, unless a receipt went with the addition.
    pub kept: Option<Kept>,
}

impl App {
    /// Puts it into the owner's cart; a guest who has none gets one.
    pub async fn add_line(
        &self,
        owner: Option<Owner>,
        wanted: Wanted,
        currency: Currency,
        receipt: Option<&Receipt<Added>>,
    ) -> Result<Added, AppError> {
        let variants = BTreeSet::from([wanted.variant]);
        let mut offers = self.neighbours.offers(&variants, currency, None).await?;
        let offer = offers.offers.remove(&wanted.variant).ok_or_else(|| {
            let why = offers.refused.get(&wanted.variant).copied();
            Refusal::NotForSale(why.unwrap_or(NotForSale::UnknownVariant))
        })?;
        let owner = owner.unwrap_or_else(|| Owner::Guest(CartId::mint(&self.mint)));
        let name = wanted.name(offer.kind)?;
        let line = self.line(&wanted, offer);
        let addition = Addition { name, line, currency: Some(currency), most: owner.most() };
        self.put_in(owner, &addition, receipt).await
    }

    pub(super) fn line(&self, wanted: &Wanted, offer: Offer) -> Line {
        let Offer { variant, merchant, kind, numeric_sku, title, price, .. } = offer;
        let Wanted { slot, quote, quantity, .. } = *wanted;
        let added_at = self.clock.now();
        Line { variant, kind, merchant, slot, quote, numeric_sku, title, quantity, price, added_at }
    }

    /// Makes the addition, or says why it cannot be made.
    pub(super) async fn put_in(
        &self,
        owner: Owner,
        addition: &Addition,
        receipt: Option<&Receipt<Added>>,
    ) -> Result<Added, AppError> {
        let Addition { name, line, most, .. } = addition;
        if line.quantity > *most {
            return Err(Refusal::TooMany { have: 0, most: *most }.into());
        }
        let added = |kept| Added { owner, name: *name, line: line.clone(), kept };
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let memory = receipt.map(|receipt| receipt.write(&added(None))).transpose()?;
            let found = match self.store.add(owner, addition, now, memory.clone()).await? {
                Put::In(kept) => return Ok(added(kept)),
                Put::Out(found) => found,
            };
            if found.cart.is_alive(now) {
                // Whatever stood in the way may be gone by now: then the next try succeeds.
                found.cart.admits(addition)?;
                continue;
            }
            // TTL has not deleted it yet. What it would delete is not shown any more.
            let mut cart = Cart::empty(owner, now);
            cart.currency = addition.currency;
            cart.lines.insert(*name, line.clone());
            if let Some(kept) = self.store.save(owner, &found, cart, memory).await? {
                return Ok(added(receipt.is_none().then_some(kept)));
            }
        }
        Err(Failure::overtaken().into())
    }
}
