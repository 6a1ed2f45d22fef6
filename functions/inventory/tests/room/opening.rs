//! How stock begins: told by the catalog, or brought in from another system.

use auth::Role;
use facts::catalog::{LineKind, VariantCreated};
use ids::{AccountId, VariantId};
use serde_json::json;

use crate::market::Market;

#[tokio::test]
async fn a_new_variant_has_stock_and_nothing_in_it() {
    let mut market = Market::open().await;
    let variant = market.variant().await;
    assert_eq!(market.numbers(variant).await, [0, 0, 0, 0]);
    assert_eq!(market.availability(variant).await, "out_of_stock");
    assert!(market.comes_to_rest().await.is_empty());
}

#[tokio::test]
async fn a_variant_that_is_told_of_twice_is_opened_once() {
    let market = Market::open().await;
    let fact = market.created(LineKind::Physical, None);
    market.hears(&fact).await;
    let created: VariantCreated = fact.hear().unwrap();
    market.receive(created.variant, 3).await;
    market.hears(&fact).await;
    // The catalog may say it again in other words; what lies there stays.
    market.house.hears(created.product, 9, &created).await;
    assert_eq!(market.numbers(created.variant).await, [3, 3, 0, 0]);
    market.is_sound().await;
}

#[tokio::test]
async fn a_course_has_no_stock_and_cannot_be_received_or_reserved() {
    let market = Market::open().await;
    for kind in [LineKind::Course, LineKind::Service] {
        let variant = market.variant_of(kind, None).await;
        assert_eq!(market.availability(variant).await, "not_stocked");
        let receive = market.command(variant, "/receive", &json!({ "quantity": 1 }));
        receive.send().await.refused(422, "not_stocked");
        let refused = market.reserve("ord_1", &[(variant, 1)]).await.refused(422, "not_stocked");
        assert_eq!(refused.json()["not_stocked"], json!([variant]));
    }
    market.is_sound().await;
}

#[tokio::test]
async fn stock_of_another_system_comes_in_with_what_is_sold_there() {
    let mut market = Market::open().await;
    let variant = market.variant().await;
    let opened = open(&market, variant, 300, 30).await.expect(201);
    assert_eq!(opened.json()["parts"][0]["committed"], 30);
    assert_eq!(market.numbers(variant).await, [300, 270, 0, 30]);
    assert_eq!(market.availability(variant).await, "in_stock");
    open(&market, variant, 300, 30).await.refused(409, "already_open");
    assert_eq!(market.numbers(variant).await, [300, 270, 0, 30]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn stock_that_was_oversold_comes_in_as_sold_out_and_the_books_hold() {
    let mut market = Market::open().await;
    let variant = market.variant().await;
    let opened = open(&market, variant, 100, 101).await.expect(201);
    let note = opened.json()["note"].as_str().unwrap().to_owned();
    assert!(note.starts_with("1 more were sold"), "{note}");
    assert_eq!(market.numbers(variant).await, [100, 0, 0, 100]);
    market.reserve("ord_1", &[(variant, 1)]).await.refused(409, "stock_short");
    market.comes_to_rest().await;
}

#[tokio::test]
async fn only_those_who_run_the_market_bring_stock_in() {
    let market = Market::open().await;
    let variant = market.variant().await;
    let path = format!("/inventory/admin/stock/{variant}/open");
    let body = json!({ "on_hand": 1 });
    market.house.post(&path).key("k").json(&body).send().await.refused(401, "unauthorized");
    let manager = market.house.post(&path).as_manager(market.merchant).key("k").json(&body);
    manager.send().await.refused(403, "forbidden");
    let nothing = VariantId::mint(&market.house.mint);
    open(&market, nothing, 1, 0).await.refused(404, "no_such_stock");
}

#[tokio::test]
async fn who_runs_the_market_no_more_brings_nothing_in_whatever_the_token_says() {
    let market = Market::open().await;
    let variant = market.variant().await;
    let (people, admin) = (&market.house.people, AccountId::mint(&market.house.mint));
    let token = people.token_of(admin, &[Role::Admin], &[]);
    let open = async |key: &str| {
        let call = market.house.post(&format!("/inventory/admin/stock/{variant}/open")).bearer(&token);
        call.key(key).json(&json!({ "on_hand": 1 })).send().await
    };
    people.dismiss(admin);
    open("dismissed").await.refused(403, "forbidden");
    people.sign_out(admin);
    open("signed out").await.refused(401, "signed_out");
    assert_eq!(market.numbers(variant).await, [0, 0, 0, 0]);
    people.token_of(admin, &[Role::Admin], &[]);
    open("again").await.expect(201);
    people.dismiss(admin);
    open("again").await.refused(403, "forbidden");
}

#[tokio::test]
async fn while_identity_cannot_be_asked_nobody_runs_the_market() {
    let market = Market::open().await;
    let variant = market.variant().await;
    let token = market.house.people.token(&[Role::Admin], &[]);
    let path = format!("/inventory/admin/stock/{variant}/open");
    let open = || market.house.post(&path).bearer(&token).key("k").json(&json!({ "on_hand": 1 }));
    // The room has the keys by which it believes the token.
    market.house.get("/inventory/availability?variant=x").bearer(&token).send().await;
    market.house.neighbours.close("identity");
    open().send().await.refused(503, "unavailable");
    assert_eq!(market.numbers(variant).await, [0, 0, 0, 0]);
}

async fn open(market: &Market, variant: VariantId, on_hand: u32, reserved: u32) -> testkit::Reply {
    let path = format!("/inventory/admin/stock/{variant}/open");
    let key = market.house.mint.uuid().to_string();
    let body = json!({ "on_hand": on_hand, "reserved": reserved });
    market.house.post(&path).as_admin().key(&key).json(&body).send().await
}
