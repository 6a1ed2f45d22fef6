//! A product from its first title to the archive, decision by decision.

use std::collections::BTreeMap;

use facts::catalog::LineKind;
use ids::{CategoryId, MediaId, MerchantId, ProductId, Sku, Uuid, VariantId};
use jiff::Timestamp;
use money::{Currency, Money};

use super::*;
use crate::domain::{Missing, NewProduct, OptionValue, Standing, State};

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn en() -> Locale {
    "en".parse().unwrap()
}

fn draft() -> Product {
    let new = NewProduct {
        merchant: MerchantId::from_uuid(uuid(1)),
        locale: en(),
        title: "A mug".parse().unwrap(),
        description: None,
        slug: None,
        categories: Vec::new(),
    };
    Product::create(ProductId::from_uuid(uuid(1)), new, now()).unwrap()
}

fn variant(n: u128) -> VariantId {
    VariantId::from_uuid(uuid(n))
}

fn words(sku: &str) -> VariantWords {
    VariantWords {
        kind: LineKind::Physical,
        sku: sku.parse().unwrap(),
        numeric_sku: None,
        barcode: None,
        weight_grams: Some(300),
        choices: BTreeMap::new(),
        sellable: true,
    }
}

fn price(amount: i64) -> Price {
    Price { money: Money::new(amount, Currency::EUR), from: now(), until: None }
}

fn complete() -> Product {
    let mut product = draft();
    product.add_variant(variant(1), words("MUG"), now()).unwrap();
    product.change_price(variant(1), price(990), now()).unwrap();
    product
}

fn published() -> Product {
    let mut product = complete();
    product.propose(now()).unwrap();
    product.publish(Standing::Open, now()).unwrap();
    product
}

fn names(facts: &[Unsent]) -> Vec<&'static str> {
    facts.iter().map(|fact| fact.name).collect()
}

#[test]
fn a_product_that_lacks_something_is_told_everything_that_it_lacks() {
    let mut product = draft();
    assert_eq!(product.propose(now()), Err(Refusal::Incomplete(vec![Missing::Variant])));
    product.set_options(vec![sizes()], now()).unwrap();
    for (n, size) in [(1, "s"), (2, "l")] {
        let choices = BTreeMap::from([("size".parse().unwrap(), size.parse().unwrap())]);
        product.add_variant(variant(n), VariantWords { choices, ..words(&n.to_string()) }, now()).unwrap();
    }
    let Err(Refusal::Incomplete(missing)) = product.propose(now()) else { panic!("it has no prices") };
    assert_eq!(
        missing.iter().map(Missing::pointer).collect::<Vec<_>>(),
        ["/variants/0/prices", "/variants/1/prices"]
    );
}

#[test]
fn what_is_proposed_stays_as_it_is() {
    let mut product = complete();
    product.propose(now()).unwrap();
    let before = product.clone();
    let refused = product.rename(en(), "Another".parse().unwrap(), None, now());
    assert_eq!(refused.unwrap_err().code(), "wrong_state");
    assert_eq!(product.change_price(variant(1), price(1), now()).unwrap_err().code(), "wrong_state");
    assert_eq!(product, before);
    product.withdraw(now()).unwrap();
    assert_eq!(product.state, State::Draft);
}

#[test]
fn the_market_is_told_what_comes_and_goes() {
    let mut product = complete();
    product.propose(now()).unwrap();
    assert_eq!(names(&product.publish(Standing::Open, now()).unwrap()), ["catalog.product_published.v1"]);
    assert_eq!(names(&product.archive(now()).unwrap()), ["catalog.product_archived.v1"]);
    assert!(names(&product.restore(now()).unwrap()).is_empty());
    assert!(names(&product.archive(now()).unwrap()).is_empty(), "a draft was never on the market");
}

#[test]
fn slugs_and_numbers_are_claimed_by_the_first_publication_and_kept() {
    let mut product = draft();
    product.set_options(vec![sizes()], now()).unwrap();
    let sized = |n: i64, size: &str| VariantWords {
        choices: BTreeMap::from([("size".parse().unwrap(), size.parse().unwrap())]),
        numeric_sku: Sku::new(n),
        ..words(size)
    };
    product.add_variant(variant(1), sized(7, "s"), now()).unwrap();
    product.change_price(variant(1), price(990), now()).unwrap();
    product.propose(now()).unwrap();
    assert!(product.claims().is_empty() && !product.claims_more_than(None));
    let before = product.clone();
    let told = ["catalog.variant_numbered.v1", "catalog.product_published.v1"];
    assert_eq!(names(&product.publish(Standing::Open, now()).unwrap()), told);
    assert_eq!(product.claims().len(), 2);
    assert!(product.claims_more_than(Some(&before)) && !product.claims_more_than(Some(&product.clone())));

    product.archive(now()).unwrap();
    product.restore(now()).unwrap();
    assert_eq!(product.claims().len(), 2, "the archive gives nothing away");
    assert_eq!(product.remove_variant(variant(1), now()), Err(Refusal::WasOnSale));
    let unsellable = VariantWords { sellable: false, ..sized(8, "l") };
    let told = ["catalog.variant_created.v1", "catalog.variant_numbered.v1"];
    assert_eq!(names(&product.add_variant(variant(2), unsellable, now()).unwrap()), told);
    product.propose(now()).unwrap();
    let again = product.publish(Standing::Open, now()).unwrap();
    assert_eq!(names(&again), ["catalog.product_published.v1"], "a number is told of once");
}

#[test]
fn a_published_product_stays_complete() {
    let mut product = published();
    let before = product.clone();
    let unsellable = VariantWords { sellable: false, ..words("MUG") };
    let refused = product.change_variant(variant(1), unsellable, now());
    assert_eq!(refused, Err(Refusal::Incomplete(vec![Missing::Variant])));
    let unpriced = product.add_variant(variant(2), words("CUP"), now());
    assert_eq!(unpriced.unwrap_err().code(), "choices_taken", "without options there is one variant");
    assert_eq!(product.remove_variant(variant(1), now()).unwrap_err().code(), "wrong_state");
    assert_eq!(product, before);
}

#[test]
fn a_new_variant_of_a_published_product_waits_for_its_price() {
    let mut product = draft();
    product.set_options(vec![sizes()], now()).unwrap();
    let sized = |sku: &str, size: &str, sellable| VariantWords {
        choices: BTreeMap::from([("size".parse().unwrap(), size.parse().unwrap())]),
        sellable,
        ..words(sku)
    };
    product.add_variant(variant(1), sized("S", "s", true), now()).unwrap();
    product.change_price(variant(1), price(990), now()).unwrap();
    product.propose(now()).unwrap();
    product.publish(Standing::Open, now()).unwrap();
    let refused = product.add_variant(variant(2), sized("L", "l", true), now());
    assert_eq!(refused.unwrap_err().code(), "product_incomplete");
    product.add_variant(variant(2), sized("L", "l", false), now()).unwrap();
    product.change_price(variant(2), price(1190), now()).unwrap();
    product.change_variant(variant(2), sized("L", "l", true), now()).unwrap();
    assert_eq!(product.sellable().count(), 2);
}

#[test]
fn only_a_price_that_counts_now_is_news() {
    let mut product = complete();
    let again = product.change_price(variant(1), price(990), now()).unwrap();
    assert!(again.is_empty(), "the same price again changes nothing");
    let tomorrow = "2026-11-22T12:00:00Z".parse().unwrap();
    let later = product.change_price(variant(1), Price { from: tomorrow, ..price(500) }, now()).unwrap();
    assert!(later.is_empty());
    let cheaper = product.change_price(variant(1), price(800), now()).unwrap();
    assert_eq!(names(&cheaper), ["catalog.price_changed.v1"]);
    assert_eq!(cheaper[0].data["prices"], serde_json::json!([{"amount": 800, "currency": "EUR"}]));
}

#[test]
fn a_mended_title_breaks_no_link() {
    let mut product = draft();
    let slug = product.translations[&en()].slug.clone();
    product.describe(en(), Some("Warm.".parse().unwrap()), now()).unwrap();
    product.rename(en(), "A big mug".parse().unwrap(), None, now()).unwrap();
    let words = &product.translations[&en()];
    assert_eq!((&words.slug, words.description.is_some()), (&slug, true));
    let ru: Locale = "ru".parse().unwrap();
    assert_eq!(product.describe(ru.clone(), None, now()).unwrap_err().code(), "no_translation");
    product.rename(ru.clone(), "Кружка".parse().unwrap(), None, now()).unwrap();
    assert!(product.translations[&ru].slug.as_str().starts_with("кружка-"));
}

#[test]
fn variants_choose_one_value_of_each_option_and_are_told_apart() {
    let mut product = draft();
    product.set_options(vec![sizes()], now()).unwrap();
    let chosen = |sku: &str, key: &str, value: &str| VariantWords {
        choices: BTreeMap::from([(key.parse().unwrap(), value.parse().unwrap())]),
        ..words(sku)
    };
    let mut add = |n, words| product.add_variant(variant(n), words, now()).map_err(|refusal| refusal.code());
    assert_eq!(add(1, words("A")), Err("choices_do_not_fit"));
    assert_eq!(add(1, chosen("A", "size", "xxl")), Err("choices_do_not_fit"));
    assert_eq!(add(1, chosen("A", "colour", "s")), Err("choices_do_not_fit"));
    assert!(add(1, chosen("A", "size", "s")).is_ok());
    assert_eq!(add(2, chosen("B", "size", "s")), Err("choices_taken"));
    assert_eq!(add(2, chosen("A", "size", "l")), Err("sku_taken"));
    assert!(add(2, chosen("B", "size", "l")).is_ok());
    assert_eq!(product.set_options(vec![], now()).unwrap_err().code(), "choices_do_not_fit");
}

#[test]
fn the_kind_of_a_variant_stays_what_it_was_and_so_does_a_number_that_was_claimed() {
    let mut product = complete();
    let course = VariantWords { kind: LineKind::Course, ..words("MUG") };
    assert_eq!(product.change_variant(variant(1), course, now()).unwrap_err().code(), "cannot_change");
    let numbered = |n| VariantWords { numeric_sku: Sku::new(n), ..words("MUG") };
    for n in [7, 8] {
        assert_eq!(product.change_variant(variant(1), numbered(n), now()), Ok(vec![]), "it is a wish");
    }
    product.change_variant(variant(1), words("MUG"), now()).unwrap();
    product.propose(now()).unwrap();
    product.publish(Standing::Open, now()).unwrap();
    let facts = product.change_variant(variant(1), numbered(7), now()).unwrap();
    assert_eq!(names(&facts), ["catalog.variant_numbered.v1"], "the first number of what is published");
    assert_eq!(product.change_variant(variant(1), numbered(7), now()), Ok(vec![]));
    for other in [numbered(8), words("MUG")] {
        assert_eq!(product.change_variant(variant(1), other, now()).unwrap_err().code(), "cannot_change");
    }
    let other =
        VariantWords { barcode: "4006381333931".parse().ok(), sku: words("MUG-2").sku, ..numbered(7) };
    product.change_variant(variant(1), other, now()).unwrap();
    assert_eq!(product.change_variant(variant(9), words("X"), now()).unwrap_err().code(), "no_such_variant");
}

#[test]
fn there_is_room_for_so_much_and_no_more() {
    let mut product = draft();
    for n in 0..9u8 {
        let locale: Locale = format!("a{}", char::from(b'a' + n)).parse().unwrap();
        product.rename(locale, "A mug".parse().unwrap(), None, now()).unwrap();
    }
    let one_more = product.rename("zz".parse().unwrap(), "A mug".parse().unwrap(), None, now());
    assert_eq!(one_more.unwrap_err().code(), "too_many");

    let categories = (1..=4).map(|n| vec![CategoryId::from_uuid(uuid(n))]).collect();
    assert_eq!(product.put_in_categories(categories, now()).unwrap_err().code(), "too_many");

    for n in 1..=20 {
        product.expect_media(MediaId::from_uuid(uuid(n)), PictureKind::Png, now()).unwrap();
    }
    let one_more = product.expect_media(MediaId::from_uuid(uuid(21)), PictureKind::Png, now());
    assert_eq!(one_more.unwrap_err().code(), "too_many");

    let long: Description = "ы".repeat(4000).parse().unwrap();
    let locales: Vec<Locale> = product.translations.keys().cloned().collect();
    for locale in locales {
        product.describe(locale, Some(long.clone()), now()).unwrap();
    }
    assert!(serde_json::to_vec(&product).unwrap().len() < 256 * 1024);
}

#[test]
fn a_picture_is_shown_when_its_content_is_what_was_said() {
    let mut product = draft();
    let [a, b, c] = [1, 2, 3].map(|n| MediaId::from_uuid(uuid(n)));
    for id in [a, b] {
        product.expect_media(id, PictureKind::Png, now()).unwrap();
    }
    product.attach_media(a, Some("image/png"), now()).unwrap();
    product.attach_media(b, Some("image/jpeg"), now()).unwrap();
    let mut refused = |media| {
        let again = product.attach_media(media, Some("image/png"), now());
        assert_eq!(again, Err(Refusal::NoSuchMedia { media }));
    };
    // One has come before, the other was never asked for.
    refused(b);
    refused(c);
    let states: Vec<_> = product.media.iter().map(|media| media.state).collect();
    assert_eq!(states, [MediaState::Ready, MediaState::Refused]);

    product.arrange_media(&[b, a], now()).unwrap();
    assert_eq!(product.media[0].id, b);
    for wrong in [&[a][..], &[a, a], &[a, b, c], &[]] {
        assert_eq!(product.arrange_media(wrong, now()), Err(Refusal::OrderDoesNotFit));
    }
    product.remove_media(b, now()).unwrap();
    assert_eq!(product.remove_media(b, now()).unwrap_err().code(), "no_such_media");
}

fn sizes() -> OptionGroup {
    let value = |key: &str| OptionValue { key: key.parse().unwrap(), titles: BTreeMap::new() };
    OptionGroup {
        key: "size".parse().unwrap(),
        titles: BTreeMap::new(),
        values: vec![value("s"), value("l")],
    }
}
