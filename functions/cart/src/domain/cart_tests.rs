//! A cart by example, and the nouns that the other tests of the domain share.

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
    let lines =
        lines.iter().map(|(n, quantity)| (LineName::Variant(variant(*n)), line(*n, *quantity, euros(100))));
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
