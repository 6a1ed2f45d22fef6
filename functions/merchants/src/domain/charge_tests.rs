//! What is taken of sales: which rule counts, and that it adds up.

use ids::{MerchantId, Uuid};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const EUR: Currency = Currency::EUR;

fn hour(n: i64) -> Timestamp {
    let start: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(n)
}

fn product(n: u128) -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(n))
}

fn category(n: u128) -> CategoryId {
    CategoryId::from_uuid(Uuid::from_u128(n))
}

fn rule(n: u128, own: bool, target: Target, rate: Rate, from: i64) -> Rule {
    let merchant = own.then(|| MerchantId::from_uuid(Uuid::from_u128(1)));
    let id = RuleId::from_uuid(Uuid::from_u128(n));
    Rule { id, merchant, target, rate, from: hour(from), until: None, created_at: hour(0) }
}

fn line(n: u128, categories: &[u128], cents: i64, quantity: u32) -> Line {
    let categories = categories.iter().map(|n| category(*n)).collect();
    Line { product: product(n), categories, unit_price: Money::new(cents, EUR), quantity }
}

/// Which rule counts for a line of product 1 in categories 1 and 2.
fn counts(rules: &[Rule]) -> Option<u128> {
    let (own, market): (Vec<_>, Vec<_>) = rules.iter().cloned().partition(|rule| rule.merchant.is_some());
    let charge =
        charge(&[line(1, &[1, 2], 1000, 1)], &Book { rules: own }, &Book { rules: market }, hour(10));
    charge.unwrap().lines[0].rule.map(|rule| rule.uuid().as_u128())
}

#[test]
fn the_most_specific_rule_counts() {
    let rate = Rate::BasisPoints(100);
    let of_all = Target::Everything;
    let (of_category, of_product) = (Target::Category(category(1)), Target::Product(product(1)));
    // From the one that yields to every other to the one that yields to none.
    let ranks = [
        rule(1, false, of_all, rate, 1),
        rule(2, false, of_category, rate, 1),
        rule(3, false, of_product, rate, 1),
        rule(4, true, of_all, rate, 1),
        rule(5, true, of_category, rate, 1),
        rule(6, true, of_product, rate, 1),
    ];
    assert_eq!(counts(&[]), None);
    for (lesser, greater) in (0..6).flat_map(|a| (a + 1..6).map(move |b| (a, b))) {
        let expect = Some(greater as u128 + 1);
        assert_eq!(counts(&[ranks[lesser].clone(), ranks[greater].clone()]), expect);
        assert_eq!(counts(&[ranks[greater].clone(), ranks[lesser].clone()]), expect);
    }
}

#[test]
fn among_equals_the_rule_that_began_last_counts() {
    let of = |n, category_n, from| {
        rule(n, false, Target::Category(category(category_n)), Rate::BasisPoints(1), from)
    };
    assert_eq!(counts(&[of(1, 1, 5), of(2, 2, 4)]), Some(1));
    assert_eq!(counts(&[of(1, 1, 4), of(2, 2, 5)]), Some(2));
    assert_eq!(counts(&[of(1, 1, 4), of(2, 2, 4)]), Some(2));
}

#[test]
fn a_rule_that_speaks_of_something_else_does_not_count() {
    let other_product = rule(1, true, Target::Product(product(2)), Rate::BasisPoints(100), 1);
    let other_category = rule(2, true, Target::Category(category(3)), Rate::BasisPoints(100), 1);
    let other_currency =
        rule(3, true, Target::Product(product(1)), Rate::Fixed(Money::new(1, Currency::USD)), 1);
    let not_yet = rule(4, true, Target::Everything, Rate::BasisPoints(100), 11);
    let over = Rule { until: Some(hour(10)), ..rule(5, true, Target::Everything, Rate::BasisPoints(100), 1) };
    let general = rule(6, false, Target::Everything, Rate::BasisPoints(100), 1);
    assert_eq!(counts(&[other_product, other_category, other_currency, not_yet, over, general]), Some(6));
}

#[test]
fn a_share_is_rounded_half_up_and_a_fixed_amount_stops_at_the_price() {
    let check = |rate: Rate, cents: i64, quantity: u32, expect: i64| {
        let book = Book { rules: vec![rule(1, false, Target::Everything, rate, 1)] };
        let charge = charge(&[line(1, &[], cents, quantity)], &Book::default(), &book, hour(2)).unwrap();
        assert_eq!(charge.lines[0].commission.minor(), expect, "{rate:?} of {quantity} × {cents}");
    };
    check(Rate::BasisPoints(1250), 1000, 1, 125);
    check(Rate::BasisPoints(1250), 20, 1, 3);
    check(Rate::BasisPoints(1250), 4, 1, 1);
    check(Rate::BasisPoints(1250), 3, 1, 0);
    // Rounded once for the line, not once for each unit.
    check(Rate::BasisPoints(1250), 4, 3, 2);
    check(Rate::BasisPoints(0), 1000, 1, 0);
    check(Rate::BasisPoints(10_000), 999, 7, 6993);
    check(Rate::Fixed(Money::new(30, EUR)), 1000, 4, 120);
    check(Rate::Fixed(Money::new(30, EUR)), 20, 4, 80);
    check(Rate::Fixed(Money::new(i64::MAX, EUR)), 20, u32::MAX, 20 * i64::from(u32::MAX));
}

#[test]
fn lines_that_nobody_can_sell_are_refused() {
    let check = |lines: &[Line], expect| {
        assert_eq!(charge(lines, &Book::default(), &Book::default(), hour(1)), Err(expect));
    };
    check(&[], BadLines::None);
    check(&vec![line(1, &[], 1, 1); 101], BadLines::TooMany);
    check(&[line(1, &[], 1, 1), line(1, &[], -1, 1)], BadLines::Negative { line: 1 });
    check(&[line(1, &[], i64::MAX, 2)], BadLines::TooMuch);
    check(&[line(1, &[], i64::MAX, 1), line(1, &[], 1, 1)], BadLines::TooMuch);
}

fn some_rules() -> impl Strategy<Value = Vec<Rule>> {
    let one = (any::<bool>(), 0u8..3, 0u128..3, any::<bool>(), 0i64..=20_000, 0i64..20);
    proptest::collection::vec(one, 0..12).prop_map(|wishes| {
        let rules = wishes.into_iter().enumerate().map(|(n, (own, kind, of, share, amount, from))| {
            let target = match kind {
                0 => Target::Everything,
                1 => Target::Category(category(of)),
                _ => Target::Product(product(of)),
            };
            let rate = match share {
                true => Rate::BasisPoints((amount / 2) as u16),
                false => Rate::Fixed(Money::new(amount, EUR)),
            };
            rule(n as u128, own, target, rate, from)
        });
        rules.collect()
    })
}

proptest! {
    #[test]
    fn every_line_and_every_total_adds_up(
        rules in some_rules(),
        wishes in proptest::collection::vec((0u128..3, 0i64..1_000_000, 0u32..1000, any::<bool>()), 1..20),
        at in 0i64..30,
    ) {
        let (own, market): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule.merchant.is_some());
        let lines: Vec<Line> = wishes.into_iter().map(|(n, cents, quantity, euro)| {
            let currency = if euro { EUR } else { Currency::JPY };
            Line { unit_price: Money::new(cents, currency), ..line(n, &[n], cents, quantity) }
        }).collect();
        let charge = charge(&lines, &Book { rules: own }, &Book { rules: market }, hour(at)).unwrap();
        prop_assert_eq!(charge.lines.len(), lines.len());
        for (line, charged) in lines.iter().zip(&charge.lines) {
            prop_assert_eq!(charged.price, line.unit_price.times(line.quantity.into()).unwrap());
            prop_assert_eq!(charged.commission.add(charged.net), Ok(charged.price));
            prop_assert!((0..=charged.price.minor()).contains(&charged.commission.minor()));
            prop_assert!(charged.rule.is_some() || charged.commission.minor() == 0);
        }
        for total in &charge.totals {
            let of_currency = || charge.lines.iter().filter(|line| line.price.currency() == total.price.currency());
            prop_assert_eq!(of_currency().map(|line| line.commission.minor()).sum::<i64>(), total.commission.minor());
            prop_assert_eq!(of_currency().map(|line| line.price.minor()).sum::<i64>(), total.price.minor());
            prop_assert_eq!(total.commission.add(total.net), Ok(total.price));
        }
    }

    #[test]
    fn the_order_of_the_rules_never_matters(rules in some_rules(), at in 0i64..30, seed in any::<u64>()) {
        let lines = [line(0, &[0, 1], 12_345, 3), line(1, &[2], 99, 1), line(2, &[], 1, 7)];
        let of = |rules: Vec<Rule>| {
            let (own, market): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule.merchant.is_some());
            charge(&lines, &Book { rules: own }, &Book { rules: market }, hour(at)).unwrap()
        };
        let mut other = rules.clone();
        let turn = seed as usize % other.len().max(1);
        other.rotate_left(turn);
        prop_assert_eq!(of(rules), of(other));
    }
}
