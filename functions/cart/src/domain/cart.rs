//! A cart: lines in one currency, for a while.

use std::collections::BTreeMap;

use ids::{OrderId, VariantId};
use jiff::Timestamp;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::{Line, LineName, Merged, Owner, Refusal};

/// The most lines of a cart: what one question to the catalog and one transaction can hold.
pub const MOST_LINES: usize = 100;

/// What lies in a cart.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    /// What everything in it is priced in; none while it is empty, and none ever in a cart of the
    /// LOMS contract, which counts whole units and knows no currency.
    pub currency: Option<Currency>,
    /// The lines, by what they are known by.
    pub lines: BTreeMap<LineName, Line>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it is as good as gone.
    pub expires_at: Timestamp,
    /// What became of it when its guest signed in, until a guest writes to it again.
    pub merged: Option<Merged>,
    /// The order that took everything out of it last.
    pub emptied: Option<Emptied>,
}

/// The order that took everything out of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptied {
    /// Which.
    pub order: OrderId,
    /// The version that it ordered.
    pub version: u64,
}

/// Something that is to be put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// What the line is known by.
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

    /// Whether it is there at all: its life has not passed.
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

    /// The same cart with so many of a line.
    pub fn set_quantity(&self, name: LineName, quantity: u32) -> Result<Cart, Refusal> {
        let mut cart = self.clone();
        let line = cart.lines.get_mut(&name).ok_or(Refusal::NoSuchLine)?;
        if quantity > name.most(u32::MAX) {
            return Err(Refusal::OneSlot);
        }
        line.quantity = quantity;
        Ok(cart)
    }

    /// The same cart without a line.
    pub fn without(&self, name: LineName) -> Cart {
        let mut cart = self.clone();
        cart.lines.remove(&name);
        cart.settled()
    }

    /// The same cart with nothing in it.
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
pub(super) mod tests {
    use facts::catalog::LineKind;
    use ids::{MerchantId, SlotId, Uuid};

    use super::*;

    pub(in crate::domain) fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    pub(in crate::domain) fn variant(n: u128) -> VariantId {
        VariantId::from_uuid(Uuid::from_u128(n))
    }

    pub(in crate::domain) fn guest() -> Owner {
        Owner::Guest(ids::CartId::from_uuid(Uuid::from_u128(1)))
    }

    pub(in crate::domain) fn line(n: u128, quantity: u32, price: Money) -> Line {
        Line {
            variant: variant(n),
            kind: LineKind::Physical,
            merchant: MerchantId::from_uuid(Uuid::from_u128(n % 2)),
            slot: None,
            quote: None,
            numeric_sku: None,
            title: None,
            quantity,
            price,
            added_at: now(),
        }
    }

    pub(in crate::domain) fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    /// A cart in euros with so many of each variant.
    pub(in crate::domain) fn cart(lines: &[(u128, u32)]) -> Cart {
        let lines = lines
            .iter()
            .map(|(n, quantity)| (LineName::Variant(variant(*n)), line(*n, *quantity, euros(100))));
        let currency = Some(Currency::EUR);
        Cart { currency, lines: lines.collect(), ..Cart::empty(guest(), now()) }.settled()
    }

    fn more(n: u128, quantity: u32, currency: Currency) -> Addition {
        let line = line(n, quantity, Money::new(100, currency));
        Addition { name: LineName::Variant(variant(n)), line, currency: Some(currency), most: 10 }
    }

    #[test]
    fn what_is_put_in_has_the_cart_s_currency_and_its_line_s_bounds() {
        let eur = Currency::EUR;
        let here = cart(&[(1, 4)]);
        assert_eq!(here.admits(&more(1, 6, eur)), Ok(()));
        assert_eq!(here.admits(&more(1, 7, eur)), Err(Refusal::TooMany { have: 4, most: 10 }));
        assert_eq!(here.admits(&more(2, 10, eur)), Ok(()));
        assert_eq!(here.admits(&more(2, 11, eur)), Err(Refusal::TooMany { have: 0, most: 10 }));
        assert_eq!(here.admits(&more(2, 1, Currency::JPY)), Err(Refusal::OtherCurrency(eur)));
        assert_eq!(cart(&[]).admits(&more(2, 1, Currency::JPY)), Ok(()));
        let full = cart(&(0..100).map(|n| (n, 1)).collect::<Vec<_>>());
        assert_eq!(full.admits(&more(100, 1, eur)), Err(Refusal::Full));
        assert_eq!(full.admits(&more(99, 1, eur)), Ok(()));
    }

    #[test]
    fn an_hour_is_in_a_cart_once_and_one_of_it() {
        let name = LineName::Slot(SlotId::from_uuid(Uuid::from_u128(7)));
        let mut here = cart(&[(1, 1)]);
        here.lines.insert(name, line(2, 1, euros(5)));
        let again = Addition { name, line: line(2, 1, euros(5)), currency: Some(Currency::EUR), most: 10 };
        assert_eq!(here.admits(&again), Err(Refusal::AlreadyIn));
        assert_eq!(here.set_quantity(name, 2), Err(Refusal::OneSlot));
        assert_eq!(here.set_quantity(name, 1), Ok(here));
    }

    #[test]
    fn the_last_line_that_leaves_takes_the_currency_with_it() {
        let here = cart(&[(1, 4), (2, 1)]);
        let one = here.without(LineName::Variant(variant(1)));
        assert_eq!((one.currency, one.lines.len()), (Some(Currency::EUR), 1));
        let none = one.without(LineName::Variant(variant(2)));
        assert_eq!((none.currency, none.lines.len()), (None, 0));
        assert_eq!(here.cleared(), none);
        assert_eq!(here.without(LineName::Variant(variant(3))), here);
        assert_eq!(here.set_quantity(LineName::Variant(variant(3)), 1), Err(Refusal::NoSuchLine));
    }

    #[test]
    fn a_cart_lives_for_a_while_after_its_last_use() {
        let (owner, here) = (guest(), cart(&[(1, 1)]));
        let at = |hours: i64| now() + jiff::SignedDuration::from_hours(hours);
        assert!(here.is_alive(at(23)) && !here.is_alive(at(24)));
        assert!(!here.is_fading(owner, at(12)) && here.is_fading(owner, at(13)));
        assert!(here.used(owner, at(23)).is_alive(at(46)));
    }

    #[test]
    fn new_prices_are_taken_for_the_lines_that_have_one() {
        let prices = BTreeMap::from([(variant(1), euros(120))]);
        let here = cart(&[(1, 4), (2, 1)]).at_prices(&prices);
        let price = |n| here.lines[&LineName::Variant(variant(n))].price;
        assert_eq!((price(1), price(2)), (euros(120), euros(100)));
    }
}
