//! What a change of a shop writes: the difference and nothing else, and never more than one
//! transaction takes.

use dynamo::{MOST_WRITES, transition};
use facts::merchants::MerchantRole;
use ids::Uuid;

use super::*;
use crate::domain::{NewShop, Words};

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn account(n: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(n))
}

fn shop() -> Versioned<Shop> {
    let id = MerchantId::from_uuid(Uuid::from_u128(77));
    let words = Words { name: "The Kiln".parse().unwrap(), description: None };
    let new = NewShop { locale: "en".parse().unwrap(), words, slug: None, zone: None };
    Versioned { version: 1, body: Shop::open(id, account(1), new, noon()).unwrap().0 }
}

fn written(old: Option<&Versioned<Shop>>, new: &Shop) -> Vec<String> {
    let keys = transition(keys::shop(new.id), old, new, Vec::new(), noon())
        .unwrap()
        .iter()
        .map(|write| format!("{:?}", write.key()))
        .collect::<Vec<_>>();
    keys.into_iter().map(|key| key.replace("0000000000000000000000", "…")).collect()
}

#[test]
fn a_new_shop_is_found_from_every_side() {
    let mut keys = written(None, &shop().body);
    keys.sort();
    insta::assert_snapshot!(keys.join("\n"));
}

#[test]
fn a_shop_claims_its_address_when_it_is_approved_and_not_before() {
    let mut kept = shop();
    let claims = |old: Option<&Versioned<Shop>>, new: &Shop| {
        let writes = transition(keys::shop(new.id), old, new, Vec::new(), noon()).unwrap();
        writes
            .iter()
            .filter(|write| write.key().sk == keys::CLAIM)
            .map(|write| format!("{write:?}"))
            .collect::<Vec<_>>()
    };
    let [wish] = &claims(None, &kept.body)[..] else { panic!("a draft wishes for one address") };
    assert!(wish.contains("Check"), "{wish}");
    kept.body.state = crate::domain::State::Submitted;
    let mut approved = kept.body.clone();
    approved.approve(noon()).unwrap();
    let [claim] = &claims(Some(&kept), &approved)[..] else { panic!("it claims one address") };
    assert!(claim.contains("Put"), "{claim}");
}

#[test]
fn other_words_write_the_shop_alone_and_another_name_its_card_too() {
    let kept = shop();
    let said = |name: &str, locale: &str| {
        let mut new = kept.body.clone();
        let words = Words { name: name.parse().unwrap(), description: "Pots.".parse().ok() };
        new.describe(locale.parse().unwrap(), words, noon()).unwrap();
        written(Some(&kept), &new).len()
    };
    assert_eq!(said("The Kiln", "en"), 1);
    assert_eq!(said("Печь", "ru"), 1);
    assert_eq!(said("The Oven", "en"), 2);
}

#[test]
fn the_largest_shop_closes_in_one_transaction() {
    let mut kept = shop();
    for n in 2..=40 {
        kept.body.add_member(account(n), MerchantRole::Owner, None, noon()).unwrap();
    }
    let mut closed = kept.body.clone();
    closed.close(noon()).unwrap();
    let writes = written(Some(&kept), &closed);
    // The shop, forty places and forty counts, a card that goes and a card that comes.
    assert_eq!(writes.len(), 83);
    assert!(writes.len() < MOST_WRITES, "there is room for the answer to whoever asked");
}

#[test]
fn somebody_who_becomes_an_owner_is_counted_and_somebody_else_is_not() {
    let mut kept = shop();
    kept.body.add_member(account(2), MerchantRole::Clerk, None, noon()).unwrap();
    let mut new = kept.body.clone();
    new.change_member_role(account(2), MerchantRole::Owner, noon()).unwrap();
    let keys = written(Some(&kept), &new);
    assert_eq!(keys.iter().filter(|key| key.ends_with("/owns")).count(), 1);
    let mut back = new.clone();
    back.change_member_role(account(1), MerchantRole::Clerk, noon()).unwrap();
    let keys = written(Some(&Versioned { version: 2, body: new }), &back);
    assert_eq!(keys.iter().filter(|key| key.ends_with("/owns")).count(), 1);
}
