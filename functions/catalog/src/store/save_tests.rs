//! The largest product that the domain allows, changed in every way there is.

use std::collections::BTreeMap;

use dynamo::MOST_WRITES;
use facts::catalog::LineKind;
use ids::{CategoryId, MediaId, MerchantId, Sku, Uuid};
use money::{Currency, Money};

use super::*;
use crate::domain::{
    Decided, NewProduct, OptionGroup, OptionValue, PictureKind, Price, Standing, State, VariantWords,
};

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn paths(first: u128) -> Vec<Vec<CategoryId>> {
    let path =
        |n: u128| (0..5u128).map(|level| CategoryId::from_uuid(uuid(first + n * 10 + level))).collect();
    (0..3).map(path).collect()
}

fn words(n: u128) -> VariantWords {
    let choice = (n % 40).to_string().parse().unwrap();
    VariantWords {
        kind: LineKind::Physical,
        sku: format!("SKU-{n}").parse().unwrap(),
        numeric_sku: Sku::new(i64::try_from(n).unwrap()),
        barcode: None,
        weight_grams: None,
        choices: BTreeMap::from([("size".parse().unwrap(), choice)]),
        sellable: true,
    }
}

fn variant(n: u128) -> VariantId {
    VariantId::from_uuid(uuid(n))
}

fn price(amount: i64) -> Price {
    Price { money: Money::new(amount, Currency::EUR), from: now(), until: None }
}

/// So much that all of it can still be published in one transaction: a number for every variant, or a
/// shelf and a language more.
fn largest(numbers: u128, languages: &[&str]) -> Product {
    let new = NewProduct {
        merchant: MerchantId::from_uuid(uuid(1)),
        locale: "en".parse().unwrap(),
        title: "A mug".parse().unwrap(),
        description: None,
        slug: None,
        categories: paths(100),
    };
    let mut product = Product::create(ProductId::from_uuid(uuid(1)), new, now()).unwrap();
    for locale in languages {
        product.rename(locale.parse().unwrap(), "A mug".parse().unwrap(), None, now()).unwrap();
    }
    let value = |n: u32| OptionValue { key: n.to_string().parse().unwrap(), titles: BTreeMap::new() };
    let sizes = (0..40).map(value).collect();
    let group = OptionGroup { key: "size".parse().unwrap(), titles: BTreeMap::new(), values: sizes };
    product.set_options(vec![group], now()).unwrap();
    for n in 1..=40 {
        let numeric_sku = words(n).numeric_sku.filter(|_| n <= numbers);
        product.add_variant(variant(n), VariantWords { numeric_sku, ..words(n) }, now()).unwrap();
        product.change_price(variant(n), price(990), now()).unwrap();
    }
    product
}

const NINE: [&str; 9] = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii"];

/// The largest with the most languages and shelves; then with the most numbers.
fn all_largest() -> [Product; 2] {
    let mut numbered = largest(35, &NINE[..2]);
    numbered.put_in_categories(paths(100).into_iter().take(2).collect(), now()).unwrap();
    for n in 36..=40 {
        numbered.change_variant(variant(n), words(n), now()).unwrap();
    }
    [largest(28, &NINE), numbered]
}

fn in_state(state: State, mut product: Product) -> Product {
    if state != State::Draft {
        product.propose(now()).unwrap();
    }
    if matches!(state, State::Published | State::Archived) {
        product.publish(Standing::Open, now()).unwrap();
    }
    if state == State::Archived {
        product.archive(now()).unwrap();
    }
    product
}

fn writes_of(old: Option<&Product>, new: &Product) -> usize {
    let old = old.map(|product| Versioned { version: 7, body: product.clone() });
    transition(keys::product(new.id), old.as_ref(), new, vec![], now()).unwrap().len()
}

#[test]
fn every_change_of_the_largest_product_is_one_transaction() {
    type Decision = fn(&mut Product) -> Decided;
    let decisions: &[(&str, Decision, usize)] = &[
        (
            "rename",
            |p| p.rename("en".parse().unwrap(), "A cup".parse().unwrap(), "cup".parse().ok(), now()),
            100,
        ),
        ("translate", |p| p.rename("aa".parse().unwrap(), "B".parse().unwrap(), None, now()), 100),
        ("describe", |p| p.describe("en".parse().unwrap(), "It is warm.".parse().ok(), now()), 1),
        ("options", |p| p.set_options(p.options.clone(), now()), 1),
        (
            "change variant",
            |p| p.change_variant(variant(1), VariantWords { sku: "X".parse().unwrap(), ..words(1) }, now()),
            2,
        ),
        ("remove variant", |p| p.remove_variant(variant(1), now()), 4),
        ("price", |p| p.change_price(variant(1), price(1), now()), 21),
        ("categories", |p| p.put_in_categories(paths(500), now()), 31),
        ("picture", |p| p.expect_media(MediaId::from_uuid(uuid(1)), PictureKind::Png, now()), 3),
        ("propose", |p| p.propose(now()), 100),
        ("withdraw", |p| p.withdraw(now()), 100),
        ("publish", |p| p.publish(Standing::Open, now()), 100),
        ("archive", |p| p.archive(now()), 100),
        ("restore", |p| p.restore(now()), 100),
    ];
    // The answer to the request, or the row of a file, is saved in the same transaction.
    const BESIDE: usize = 2;
    let mut most = (0, "");
    for (name, decide, expect) in decisions {
        let mut tried = 0;
        let largest = || all_largest().into_iter();
        for old in [State::Draft, State::Proposed, State::Published, State::Archived]
            .into_iter()
            .flat_map(|state| largest().map(move |product| in_state(state, product)))
        {
            let state = old.state;
            let mut new = old.clone();
            if decide(&mut new).is_err() {
                continue;
            }
            tried += 1;
            let writes = writes_of(Some(&old), &new);
            assert!(writes <= *expect, "{name}: {writes} writes from {state}");
            most = most.max((writes, name));
        }
        assert!(tried > 0, "{name} was refused in every state");
    }
    assert!(most.0 + BESIDE <= MOST_WRITES, "{most:?}");
}

#[test]
fn what_could_not_be_published_at_once_is_refused_while_it_is_written() {
    for mut product in all_largest() {
        let free = product.variants.iter().find(|variant| variant.words.numeric_sku.is_none());
        let refused = match free.map(|variant| variant.id) {
            Some(free) => {
                let words = VariantWords {
                    numeric_sku: Sku::new(99),
                    ..product.variant(free).unwrap().words.clone()
                };
                product.change_variant(free, words, now())
            }
            None => product.rename("zz".parse().unwrap(), "A mug".parse().unwrap(), None, now()),
        };
        assert_eq!(refused.unwrap_err().code(), "too_many");
    }
}

#[test]
fn what_a_product_leaves_follows_from_it_alone() {
    for draft in all_largest() {
        assert_eq!(project(&draft), project(&draft.clone()));
        let on_shelves =
            |product: &Product| project(product).keys().filter(|key| key.pk.starts_with("shelf#")).count();
        let claims = |product: &Product| project(product).values().filter(|item| item.is_claim()).count();
        let here = draft.shelves().len() + 2;
        assert_eq!(
            (on_shelves(&draft), claims(&draft)),
            (0, 0),
            "a draft stands on no shelf and takes nothing"
        );
        let published = in_state(State::Published, draft.clone());
        assert_eq!(on_shelves(&published), here, "the categories, the shop and the month");
        let archived = in_state(State::Archived, draft);
        assert_eq!(on_shelves(&archived), 0);
        assert_eq!(claims(&published), published.claims().len());
        assert_eq!(claims(&archived), published.claims().len(), "addresses and numbers stay taken");
    }
}
