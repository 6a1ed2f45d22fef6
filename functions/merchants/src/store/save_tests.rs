//! What a change of a shop writes: the difference and nothing else, and never more than one
//! transaction takes.

use dynamo::MOST_WRITES;
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

fn shop() -> Kept {
    let id = MerchantId::from_uuid(Uuid::from_u128(77));
    let words = Words { name: "The Kiln".parse().unwrap(), description: None };
    let new = NewShop { id, owner: account(1), locale: "en".parse().unwrap(), words, slug: None, zone: None };
    Kept { shop: Shop::open(new, noon()).unwrap().0, version: 1 }
}

fn written(old: Option<&Kept>, new: &Shop) -> Vec<String> {
    let change = Change { old, new, facts: Vec::new(), at: noon(), beside: Vec::new() };
    let keys = writes(change).unwrap().iter().map(|write| format!("{:?}", write.key())).collect::<Vec<_>>();
    keys.into_iter().map(|key| key.replace("0000000000000000000000", "…")).collect()
}

#[test]
fn a_new_shop_is_found_from_every_side() {
    let mut keys = written(None, &shop().shop);
    keys.sort();
    insta::assert_snapshot!(keys.join("\n"));
}

#[test]
fn a_shop_claims_its_address_when_it_is_approved_and_not_before() {
    let mut kept = shop();
    let claims = |old: Option<&Kept>, new: &Shop| {
        let change = Change { old, new, facts: Vec::new(), at: noon(), beside: Vec::new() };
        let writes = writes(change).unwrap();
        writes
            .iter()
            .filter(|write| write.key().sk == keys::CLAIM)
            .map(|write| format!("{write:?}"))
            .collect::<Vec<_>>()
    };
    let [wish] = &claims(None, &kept.shop)[..] else { panic!("a draft wishes for one address") };
    assert!(wish.contains("Check"), "{wish}");
    kept.shop.state = crate::domain::State::Submitted;
    let mut approved = kept.shop.clone();
    approved.approve(noon()).unwrap();
    let [claim] = &claims(Some(&kept), &approved)[..] else { panic!("it claims one address") };
    assert!(claim.contains("Put"), "{claim}");
}

#[test]
fn other_words_write_the_shop_alone_and_another_name_its_card_too() {
    let kept = shop();
    let said = |name: &str, locale: &str| {
        let mut new = kept.shop.clone();
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
        kept.shop.add_member(account(n), MerchantRole::Owner, None, noon()).unwrap();
    }
    let mut closed = kept.shop.clone();
    closed.close(noon()).unwrap();
    let writes = written(Some(&kept), &closed);
    // The shop, forty places and forty counts, a card that goes and a card that comes.
    assert_eq!(writes.len(), 83);
    assert!(writes.len() < MOST_WRITES, "there is room for the answer to whoever asked");
}

#[test]
fn somebody_who_becomes_an_owner_is_counted_and_somebody_else_is_not() {
    let mut kept = shop();
    kept.shop.add_member(account(2), MerchantRole::Clerk, None, noon()).unwrap();
    let mut new = kept.shop.clone();
    new.change_member_role(account(2), MerchantRole::Owner, noon()).unwrap();
    let keys = written(Some(&kept), &new);
    assert_eq!(keys.iter().filter(|key| key.ends_with("/owns")).count(), 1);
    let mut back = new.clone();
    back.change_member_role(account(1), MerchantRole::Clerk, noon()).unwrap();
    let keys = written(Some(&Kept { shop: new, version: 2 }), &back);
    assert_eq!(keys.iter().filter(|key| key.ends_with("/owns")).count(), 1);
}
