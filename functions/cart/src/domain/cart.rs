//! A cart: lines in one currency, for a while.

use std::collections::BTreeMap;

use ids::{OrderId, VariantId};
use jiff::Timestamp;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::{Line, LineName, Merged, Owner, Refusal};

/// The most lines of a cart: what one question to the catalog and one transaction can hold.
pub const MOST_LINES: usize = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    /// What everything in it is priced in; none while it is empty, and none ever in a cart of the
    /// LOMS contract, which counts whole units and knows no currency.
    pub currency: Option<Currency>,
    pub lines: BTreeMap<LineName, Line>,
    pub created_at: Timestamp,
    /// When it is as good as gone.
    pub expires_at: Timestamp,
    /// What became of it when its guest signed in, until a guest writes to it again.
    pub merged: Option<Merged>,
    pub emptied: Option<Emptied>,
}

/// The order that took everything out of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptied {
    pub order: OrderId,
    /// The version that it ordered.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    pub name: LineName,
    /// The line, with as many as are to be put in.
    pub line: Line,
    /// The currency that the cart must have or gets, for those that have one.
    pub currency: Option<Currency>,
    /// The most of the line that there may be afterwards.
    pub most: u32,
}

impl Cart {
    /// A cart with nothing in it, beginning its life now.
    pub fn empty(owner: Owner, now: Timestamp) -> Cart {
        Cart {
            currency: None,
            lines: BTreeMap::new(),
            created_at: now,
            expires_at: now + owner.life(),
            merged: None,
            emptied: None,
        }
    }

    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at > now
    }

    /// Whether so much of its life has passed that a look should begin it again.
    pub fn is_fading(&self, owner: Owner, now: Timestamp) -> bool {
        self.expires_at < now + owner.life() / 2
    }

    /// Whether the addition may be made. What DynamoDB has refused is explained by the same words,
    /// and what it takes is what is taken here.
    pub fn admits(&self, addition: &Addition) -> Result<(), Refusal> {
        let Addition { name, line, currency, most } = addition;
        if let (Some(mine), Some(other)) = (self.currency, *currency)
            && mine != other
        {
            return Err(Refusal::OtherCurrency(mine));
        }
        let Some(there) = self.lines.get(name) else {
            return match () {
                () if self.lines.len() >= MOST_LINES => Err(Refusal::Full),
                () if line.quantity > *most => Err(Refusal::TooMany { have: 0, most: *most }),
                () => Ok(()),
            };
        };
        if !name.adds_up() {
            return Err(Refusal::AlreadyIn);
        }
        let have = there.quantity;
        let fits = have.checked_add(line.quantity).is_some_and(|sum| sum <= *most);
        if fits { Ok(()) } else { Err(Refusal::TooMany { have, most: *most }) }
    }

    pub fn set_quantity(&self, name: LineName, quantity: u32) -> Result<Cart, Refusal> {
        let mut cart = self.clone();
        let line = cart.lines.get_mut(&name).ok_or(Refusal::NoSuchLine)?;
        if quantity > name.most(u32::MAX) {
            return Err(Refusal::OneSlot);
        }
        line.quantity = quantity;
        Ok(cart)
    }

    pub fn without(&self, name: LineName) -> Cart {
        let mut cart = self.clone();
        cart.lines.remove(&name);
        cart.settled()
    }

    pub fn cleared(&self) -> Cart {
        Cart { lines: BTreeMap::new(), ..self.clone() }.settled()
    }

    /// The same cart at today's prices, as far as they are known.
    pub fn at_prices(&self, prices: &BTreeMap<VariantId, Money>) -> Cart {
        let mut cart = self.clone();
        for line in cart.lines.values_mut() {
            if let Some(price) = prices.get(&line.variant) {
                line.price = *price;
            }
        }
        cart
    }

    /// The same cart, used by its owner now: its life begins again, and a merge is over.
    pub fn used(self, owner: Owner, now: Timestamp) -> Cart {
        Cart { expires_at: now + owner.life(), merged: None, ..self }
    }

    /// An empty cart takes any currency.
    pub(super) fn settled(mut self) -> Cart {
        if self.lines.is_empty() {
            self.currency = None;
        }
        self
    }
}

#[cfg(test)]
#[path = "cart_tests.rs"]
pub(super) mod tests;
