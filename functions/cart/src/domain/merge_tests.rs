//! One cart of two, by example and by chance.

use ids::{SlotId, Uuid};
use money::{Currency, Money};
use proptest::prelude::*;

use super::*;
use crate::domain::cart::tests::{cart, euros, line, variant};

const MOST: u32 = 50;

fn name(n: u128) -> LineName {
    LineName::Variant(variant(n))
}

fn quantity(cart: &Cart, name: LineName) -> u32 {
    cart.lines.get(&name).map_or(0, |line| line.quantity)
}

fn fates(merging: &Merging) -> Vec<(LineName, u32, u32, u32)> {
    merging.lines.iter().map(|fate| (fate.line, fate.added, fate.clamped, fate.left)).collect()
}

#[test]
fn what_both_have_is_summed_and_what_one_has_is_kept() {
    let merging = merge(&cart(&[(1, 2), (2, 3)]), &cart(&[(2, 4), (3, 5)]), &BTreeMap::new(), MOST);
    assert_eq!(fates(&merging), [(name(1), 2, 0, 0), (name(2), 3, 0, 0)]);
    assert_eq!([1, 2, 3].map(|n| quantity(&merging.mine, name(n))), [2, 7, 5]);
    assert!(merging.guest.lines.is_empty() && merging.guest.currency.is_none());
}

#[test]
fn nobody_gets_more_of_a_line_than_there_may_be() {
    let merging = merge(&cart(&[(1, 30)]), &cart(&[(1, 30)]), &BTreeMap::new(), MOST);
    assert_eq!(fates(&merging), [(name(1), 20, 10, 0)]);
    assert_eq!(quantity(&merging.mine, name(1)), 50);
}

#[test]
fn a_merge_reaches_for_what_is_free_and_takes_nothing_that_was_there_before() {
    let free = BTreeMap::from([(variant(1), 5), (variant(2), 3), (variant(3), 0)]);
    let merging = merge(&cart(&[(1, 4), (2, 2), (3, 2)]), &cart(&[(1, 3), (2, 9)]), &free, MOST);
    let expect = [(name(1), 2, 2, 0), (name(2), 0, 2, 0), (name(3), 1, 1, 0)];
    assert_eq!(fates(&merging), expect);
    assert_eq!([1, 2, 3].map(|n| quantity(&merging.mine, name(n))), [5, 9, 1]);
}

#[test]
fn what_is_in_another_currency_stays_with_the_guest() {
    let mut dollars = cart(&[(1, 4)]);
    dollars.currency = Some(Currency::USD);
    let merging = merge(&dollars, &cart(&[(1, 3)]), &BTreeMap::new(), MOST);
    assert_eq!(fates(&merging), [(name(1), 0, 0, 4)]);
    assert_eq!(merging.lines[0].why, Some(Left::OtherCurrency));
    assert_eq!((merging.guest, quantity(&merging.mine, name(1))), (dollars.clone(), 3));
    let merging = merge(&dollars, &cart(&[]), &BTreeMap::new(), MOST);
    assert_eq!((merging.mine.currency, quantity(&merging.mine, name(1))), (Some(Currency::USD), 4));
}

#[test]
fn the_first_that_was_put_in_has_the_last_place() {
    let nearly = cart(&(0..99).map(|n| (n, 1)).collect::<Vec<_>>());
    let mut guest = cart(&[(98, 1), (200, 1), (201, 1)]);
    let first = guest.lines.get_mut(&name(201)).unwrap();
    first.added_at = "2026-11-20T12:00:00Z".parse().unwrap();
    let merging = merge(&guest, &nearly, &BTreeMap::new(), MOST);
    assert_eq!(fates(&merging), [(name(201), 1, 0, 0), (name(98), 1, 0, 0), (name(200), 0, 0, 1)]);
    assert_eq!(merging.lines[2].why, Some(Left::Full));
    assert_eq!((merging.mine.lines.len(), merging.guest.lines.len()), (100, 1));
    assert_eq!(merging.guest.currency, Some(Currency::EUR));
}

#[test]
fn an_hour_that_both_have_is_one_hour() {
    let slot = LineName::Slot(SlotId::from_uuid(Uuid::from_u128(9)));
    let with = || {
        let mut cart = cart(&[(1, 1)]);
        cart.lines.insert(slot, line(2, 1, euros(10)));
        cart
    };
    let merging = merge(&with(), &with(), &BTreeMap::new(), MOST);
    assert_eq!(quantity(&merging.mine, slot), 1);
    assert!(fates(&merging).contains(&(slot, 0, 1, 0)));
}

#[test]
fn a_merge_is_remembered_for_its_account_and_for_no_other() {
    let (mine, other) = (AccountId::from_uuid(Uuid::from_u128(1)), AccountId::from_uuid(Uuid::from_u128(2)));
    let mut guest = cart(&[(1, 1)]);
    assert_eq!(may_merge(&guest, mine), Ok(None));
    let merged = Merged { into: mine, outcome: Outcome { version: 3, lines: Vec::new() } };
    guest.merged = Some(merged.clone());
    assert_eq!(may_merge(&guest, mine), Ok(Some(&merged)));
    assert_eq!(may_merge(&guest, other), Err(Refusal::MergedElsewhere));
}

/// A cart of any of 130 lines, in one of two currencies, hours among them.
fn carts() -> impl Strategy<Value = Cart> {
    let lines = proptest::collection::btree_map(0_u128..130, (1_u32..60, 0_i64..5), 0..=100);
    (lines, any::<bool>()).prop_map(|(lines, dollars)| {
        let currency = if dollars { Currency::USD } else { Currency::EUR };
        let mut cart = cart(&[]);
        for (n, (quantity, hour)) in lines {
            let slot = LineName::Slot(SlotId::from_uuid(Uuid::from_u128(n)));
            let (name, quantity) = if n % 7 == 0 { (slot, 1) } else { (name(n), quantity) };
            let mut line = line(n, quantity, Money::new(100, currency));
            line.added_at += jiff::SignedDuration::from_hours(hour);
            cart.lines.insert(name, line);
        }
        cart.currency = (!cart.lines.is_empty()).then_some(currency);
        cart
    })
}

proptest! {
    #[test]
    fn a_merge_loses_and_invents_nothing(
        guest in carts(),
        mine in carts(),
        free in proptest::collection::btree_map(0_u128..130, 0_u64..80, 0..60),
    ) {
        let free: BTreeMap<_, _> = free.into_iter().map(|(n, units)| (variant(n), units)).collect();
        let merging = merge(&guest, &mine, &free, MOST);
        let names: std::collections::BTreeSet<_> = guest.lines.keys().chain(mine.lines.keys()).collect();
        for name in names {
            let fate = merging.lines.iter().find(|fate| fate.line == *name);
            let (clamped, left) = fate.map_or((0, 0), |fate| (fate.clamped, fate.left));
            let before = quantity(&guest, *name) + quantity(&mine, *name);
            prop_assert_eq!(before, quantity(&merging.mine, *name) + clamped + left);
            prop_assert_eq!(quantity(&merging.guest, *name), left);
            prop_assert!(quantity(&merging.mine, *name) >= quantity(&mine, *name));
        }
        prop_assert_eq!(merging.lines.len(), guest.lines.len());
        prop_assert!(merging.mine.lines.len() <= MOST_LINES);
        prop_assert!(merging.mine.lines.values().all(|line| Some(line.price.currency()) == merging.mine.currency));
        prop_assert!(merging.guest.lines.values().all(|line| Some(line.price.currency()) == merging.guest.currency));
        // Asked again, it would find nothing more to move.
        let again = merge(&merging.guest, &merging.mine, &free, MOST);
        prop_assert_eq!(again.mine, merging.mine);
        prop_assert!(again.lines.iter().all(|fate| fate.added == 0 && fate.clamped == 0));
    }
}
