//! A table in bad weather: conflicts, lost answers, functions that die half-way.

use facts::merchants::{MemberAdded, MemberRemoved, MerchantRestricted};
use jiff::SignedDuration;
use serde_json::json;
use testkit::{House, Sky, TRANSACTIONS, Weather};

use crate::high_street::{Street, only};

async fn street() -> (Street, Sky) {
    let (house, sky) = House::open_under_a_sky(merchants::room(), &[]).await;
    (Street { house }, sky)
}

#[tokio::test]
async fn who_meets_others_a_few_times_succeeds_all_the_same() {
    let (mut street, sky) = street().await;
    let shop = street.active().await;
    let (_, token) = street.invited(shop, "clerk").await;
    sky.turns(Weather::Crowded(3));
    street.accept(street.somebody(), &token).await.expect(201);
    street.is_sound().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_second_deed() {
    let (mut street, sky) = street().await;
    let owner = street.somebody();
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    let shop = street.draft_of(owner, "The Kiln").await;
    let open = street.active().await;
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    let member = street.member(open, "manager").await;
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    let rule = json!({ "basis_points": 100 });
    street.admin("/merchants/admin/commission/rules", &rule).send().await.expect(201);
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    let holiday = json!({ "from": "2026-12-24", "to": "2026-12-26" });
    street.post(owner, &shop.path("/holidays"), &holiday).send().await.expect(201);
    let mine = street.get(owner, "/merchants/mine").send().await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let facts = street.house.facts();
    let added: Vec<_> = only::<MemberAdded>(&facts).iter().map(|added| added.account).collect();
    assert_eq!(added, [member], "the fact of a transaction whose answer was lost is said once");
    street.is_sound().await;
}

#[tokio::test(start_paused = true)]
async fn who_meets_others_for_too_long_is_asked_to_come_back_and_nothing_is_changed() {
    let (street, sky) = street().await;
    let shop = street.draft().await;
    let before = street.own(shop).await;
    sky.turns(Weather::Crowded(usize::MAX));
    let address = json!({ "slug": "the-best" });
    let refused = street.post(shop.owner, &shop.path("/address"), &address).send().await;
    assert_eq!(refused.refused(503, "unavailable").header("retry-after"), Some("1"));
    let account = json!({ "holder": "Kiln", "currency": "EUR", "iban": "DE89370400440532013000" });
    street.post(shop.owner, &shop.path("/payout"), &account).send().await.refused(503, "unavailable");
    sky.clears();
    assert_eq!(street.own(shop).await, before);
    street.get(shop.owner, &shop.path("/payout")).send().await.refused(404, "no_payout_account");
}

#[tokio::test]
async fn a_function_that_dies_between_two_shops_of_a_closed_account_is_followed_by_one_that_finishes() {
    let (mut street, sky) = street().await;
    let first = street.active().await;
    let owner = first.owner;
    let second = street.draft_of(owner, "Another").await;
    street.house.facts();
    sky.turns(Weather::Dead(TRANSACTIONS, 1));
    let closed = facts::identity::AccountClosed { account: owner };
    let fact = facts::Fact::of(&closed).seal(&owner.to_string(), 9, 0, street.house.clock.now(), None);
    assert_eq!(street.house.hear(std::slice::from_ref(&fact)).await, std::slice::from_ref(&fact.id));
    street.is_sound().await;
    sky.clears();
    street.hears_that_closed(owner).await;
    assert_eq!(
        (street.state(first).await, street.state(second).await),
        ("restricted".into(), "closed".into())
    );
    let facts = street.house.facts();
    assert_eq!((only::<MemberRemoved>(&facts).len(), only::<MerchantRestricted>(&facts).len()), (2, 1));
    street.is_sound().await;
}

#[tokio::test]
async fn a_command_whose_function_died_can_be_tried_again_after_its_deadline() {
    let (street, sky) = street().await;
    let owner = street.somebody();
    let body = json!({ "locale": "en", "name": "The Kiln" });
    let token = street.token(owner);
    let open = || street.house.post("/merchants/shops").bearer(&token).key("k").json(&body);
    sky.turns(Weather::Dead(TRANSACTIONS, 0));
    let failed = open().send().await;
    assert!(failed.status.is_server_error(), "{}", failed.text());
    sky.clears();
    street.house.advance(SignedDuration::from_secs(16));
    let token = street.token(owner);
    street.house.post("/merchants/shops").bearer(&token).key("k").json(&body).send().await.expect(201);
    let mine = street.get(owner, "/merchants/mine").send().await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    street.is_sound().await;
}
