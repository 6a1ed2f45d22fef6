//! Rules that meet, begin and end.

use ids::Uuid;
use jiff::SignedDuration;
use money::Currency;
use proptest::prelude::*;

use super::*;

fn hour(n: i64) -> Timestamp {
    let start: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(n)
}

fn rule(n: u128, target: Target, rate: Rate, from: i64, until: Option<i64>) -> NewRule {
    let id = RuleId::from_uuid(Uuid::from_u128(n));
    NewRule { id, merchant: None, target, rate, from: Some(hour(from)), until: until.map(hour) }
}

fn tenth(n: u128, from: i64, until: Option<i64>) -> NewRule {
    rule(n, Target::Everything, Rate::BasisPoints(1000), from, until)
}

fn id(n: u128) -> RuleId {
    RuleId::from_uuid(Uuid::from_u128(n))
}

#[test]
fn two_rules_about_the_same_sales_are_never_true_together() {
    let mut book = Book::default();
    book.rules.push(book.add(tenth(1, 10, Some(20)), hour(0)).unwrap().0);
    let check = |new: NewRule, expect: Result<(), Refusal>| {
        assert_eq!(book.add(new.clone(), hour(0)).map(drop), expect, "{new:?}");
    };
    let with = id(1);
    check(tenth(2, 20, None), Ok(()));
    check(tenth(2, 5, Some(10)), Ok(()));
    check(tenth(2, 5, Some(11)), Err(Refusal::RuleOverlaps { with }));
    check(tenth(2, 19, None), Err(Refusal::RuleOverlaps { with }));
    check(tenth(2, 0, None), Err(Refusal::RuleOverlaps { with }));
    let euro = Rate::Fixed(Money::new(50, Currency::EUR));
    check(rule(2, Target::Everything, euro, 12, None), Err(Refusal::RuleOverlaps { with }));
    let product = Target::Product(ProductId::from_uuid(Uuid::from_u128(1)));
    check(rule(2, product, euro, 12, None), Ok(()));
    check(
        NewRule { merchant: Some(MerchantId::from_uuid(Uuid::from_u128(1))), ..tenth(2, 12, None) },
        Ok(()),
    );
}

#[test]
fn fixed_amounts_in_two_currencies_stand_side_by_side() {
    let mut book = Book::default();
    let fixed = |n, currency| rule(n, Target::Everything, Rate::Fixed(Money::new(50, currency)), 1, None);
    book.rules.push(book.add(fixed(1, Currency::EUR), hour(0)).unwrap().0);
    assert!(book.add(fixed(2, Currency::USD), hour(0)).is_ok());
    assert_eq!(
        book.add(fixed(2, Currency::EUR), hour(0)).unwrap_err(),
        Refusal::RuleOverlaps { with: id(1) }
    );
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    let book = Book::default();
    let check = |new: NewRule, expect| assert_eq!(book.add(new, hour(10)).unwrap_err(), expect);
    check(tenth(1, 9, None), Refusal::RuleBackdated);
    check(tenth(1, 12, Some(12)), Refusal::RuleBackwards);
    check(tenth(1, 12, Some(11)), Refusal::RuleBackwards);
    for amount in [-1, 1_000_000_000_001] {
        let fixed = Rate::Fixed(Money::new(amount, Currency::EUR));
        let most = 1_000_000_000_000;
        check(rule(1, Target::Everything, fixed, 12, None), Refusal::FixedOutOfRange { most });
    }
    let (now, _) = book.add(NewRule { from: None, ..tenth(1, 0, None) }, hour(10)).unwrap();
    assert_eq!(now.from, hour(10));
}

#[test]
fn a_rule_ends_later_than_now_and_earlier_than_it_would_have() {
    let (open, _) = Book::default().add(tenth(1, 10, None), hour(0)).unwrap();
    let (ended, told) = open.end(Some(hour(15)), hour(12)).unwrap();
    assert_eq!((ended.until, told.len()), (Some(hour(15)), 1));
    assert!(ended.is_true_at(hour(14)) && !ended.is_true_at(hour(15)));
    assert_eq!(ended.end(Some(hour(15)), hour(12)), Err(Refusal::RuleEndsBefore));
    assert_eq!(ended.end(Some(hour(11)), hour(12)), Err(Refusal::RuleBackdated));
    assert!(ended.end(None, hour(12)).is_ok());
    assert_eq!(ended.end(None, hour(15)), Err(Refusal::RuleEndsBefore));
}

#[test]
fn a_rule_that_is_ended_before_it_begins_is_in_nobodys_way() {
    let mut book = Book::default();
    let (future, _) = book.add(tenth(1, 10, None), hour(0)).unwrap();
    let (never, _) = future.end(None, hour(5)).unwrap();
    assert!((0..30).all(|n| !never.is_true_at(hour(n))));
    book.rules.push(never);
    assert!(book.add(tenth(2, 10, None), hour(5)).is_ok());
}

#[test]
fn a_book_has_two_hundred_rules_that_are_not_over() {
    let mut book = Book::default();
    for n in 0..200 {
        let (rule, _) = book.add(tenth(n as u128, n, Some(n + 1)), hour(0)).unwrap();
        book.rules.push(rule);
    }
    assert_eq!(book.add(tenth(999, 300, None), hour(0)).unwrap_err(), Refusal::TooManyRules { most: 200 });
    assert!(book.add(tenth(999, 300, None), hour(1)).is_ok());
}

proptest! {
    #[test]
    fn at_no_instant_two_rules_of_one_book_are_true_for_the_same_sales(
        wishes in proptest::collection::vec((0i64..50, 1i64..20, 0u8..2, 0u8..3), 1..30),
        ends in proptest::collection::vec((0usize..30, 0i64..50), 0..10),
    ) {
        let mut book = Book::default();
        for (n, (from, length, target, currency)) in wishes.into_iter().enumerate() {
            let category = CategoryId::from_uuid(Uuid::from_u128(1));
            let target = [Target::Everything, Target::Category(category)][usize::from(target)];
            let rate = match currency {
                0 => Rate::BasisPoints(100),
                1 => Rate::Fixed(Money::new(1, Currency::EUR)),
                _ => Rate::Fixed(Money::new(1, Currency::USD)),
            };
            if let Ok((rule, _)) = book.add(rule(n as u128, target, rate, from, Some(from + length)), hour(0)) {
                book.rules.push(rule);
            }
        }
        for (n, at) in ends {
            if let Some(rule) = book.rules.get(n)
                && let Ok((ended, _)) = rule.end(Some(hour(at)), hour(0))
            {
                book.rules[n] = ended;
            }
        }
        for n in 0..80 {
            for currency in [Currency::EUR, Currency::USD] {
                let speaks = |rule: &&Rule| match rule.rate {
                    Rate::BasisPoints(_) => true,
                    Rate::Fixed(amount) => amount.currency() == currency,
                };
                let now: Vec<_> = book.rules.iter().filter(|rule| rule.is_true_at(hour(n))).filter(speaks).collect();
                let targets: std::collections::BTreeSet<_> = now.iter().map(|rule| rule.target).collect();
                prop_assert_eq!(targets.len(), now.len());
            }
        }
    }
}
