//! A table in bad weather, and functions that die at the worst moment.

use dynamo::{Key, Table, Update, Write};
use ids::MerchantId;
use jiff::SignedDuration;
use serde_json::json;
use testkit::{House, QUERIES, Sky, TRANSACTIONS, Weather};

use crate::market::Market;

async fn market() -> (Market, Sky) {
    let (house, sky) = House::open_under_a_sky(inventory::room(), &[]).await;
    let merchant = MerchantId::mint(&house.mint);
    (Market { house, merchant }, sky)
}

#[tokio::test]
async fn a_reservation_that_meets_others_a_few_times_succeeds() {
    let (mut market, sky) = market().await;
    let variant = market.stocked(5).await;
    sky.turns(Weather::Crowded(3));
    let held = market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    assert_eq!(held.spend.requests, 5, "the cards, three tries that met others, and one that did not");
    assert_eq!(market.numbers(variant).await, [5, 3, 2, 0]);
    market.comes_to_rest().await;
}

#[tokio::test(start_paused = true)]
async fn who_meets_others_for_too_long_is_asked_to_come_back_and_nothing_is_changed() {
    let (mut market, sky) = market().await;
    let variant = market.stocked(5).await;
    sky.turns(Weather::Crowded(usize::MAX));
    let refused = market.reserve("ord_1", &[(variant, 2)]).await.refused(503, "unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let off = json!({ "quantity": 1, "reason": "broken" });
    let token = market.house.people.token(&[], &[(market.merchant, auth::MerchantRole::Manager)]);
    let write_off = || {
        let path = market.path(variant, "/write-off");
        market.house.post(&path).bearer(&token).key("k").json(&off)
    };
    write_off().send().await.refused(503, "unavailable");
    sky.clears();
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    // Letting the key go met others as well, so it stays claimed until its deadline, and no longer.
    write_off().send().await.refused(409, "idempotency_key_in_use");
    market.house.advance(SignedDuration::from_secs(16));
    write_off().send().await.expect(201);
    assert_eq!(market.numbers(variant).await, [4, 4, 0, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn a_key_is_let_go_when_the_stock_cannot_be_read() {
    let (mut market, sky) = market().await;
    let variant = market.stocked(5).await;
    let off = json!({ "quantity": 1, "reason": "broken" });
    let token = market.house.people.token(&[], &[(market.merchant, auth::MerchantRole::Manager)]);
    let write_off = || {
        let path = market.path(variant, "/write-off");
        market.house.post(&path).bearer(&token).key("k").json(&off)
    };
    sky.turns(Weather::Throttled(QUERIES));
    write_off().send().await.refused(503, "unavailable");
    sky.clears();
    write_off().send().await.expect(201);
    assert_eq!(market.numbers(variant).await, [4, 4, 0, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_second_hold() {
    let (mut market, sky) = market().await;
    let variant = market.stocked(5).await;
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    market.settle_for("commit", "ord_1").await.expect(200);
    sky.turns(Weather::Deaf(TRANSACTIONS, 1));
    market.receive(variant, 1).await;
    assert_eq!(market.numbers(variant).await, [6, 4, 0, 2]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn the_public_hears_of_a_correction_even_when_the_one_who_made_it_died() {
    let (mut market, sky) = market().await;
    let variant = market.stocked(20).await;
    market.comes_to_rest().await;
    // The first reading is done before the change, and everything after it fails.
    let down = json!({ "by": -20, "reason": "water damage" });
    sky.turns(Weather::Dead(QUERIES, 1));
    market.command(variant, "/adjust", &down).send().await.expect(201);
    sky.clears();
    assert_eq!(market.availability(variant).await, "in_stock", "the function died before it looked");
    market.house.advance(SignedDuration::from_secs(61));
    market.comes_to_rest().await;
    assert_eq!(market.availability(variant).await, "out_of_stock");
}

/// The door and the store write through one table with one random source. With two that draw the
/// same numbers, a write of the one bears the token of a write of the other, and DynamoDB refuses it.
#[tokio::test]
async fn what_the_door_remembers_never_bears_the_token_of_a_sale() {
    let market = Market::open().await;
    let variant = market.stocked(40).await;
    for n in 0..10 {
        let off = json!({ "quantity": 41, "reason": "broken" });
        market.command(variant, "/write-off", &off).send().await.refused(409, "more_than_free");
        for line in 0..4 {
            market.reserve(&format!("ord_{n}_{line}"), &[(variant, 1)]).await.expect(200);
        }
    }
    assert_eq!(market.numbers(variant).await, [40, 0, 40, 0]);
}

/// Held units that are missing from their cell: no retry mends that, so it is not told as a busy moment.
#[tokio::test]
async fn books_that_are_broken_are_a_defect_and_no_contention() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    let keys = market.house.items().await;
    let cell = keys.iter().filter_map(Key::of).find(|key| key.sk.starts_with("cell#")).unwrap();
    let name = market.house.around.env.get("TABLE").unwrap();
    let table = Table::new(market.house.engines.dynamo_client(), name, 1);
    table.commit(vec![Write::update(cell, Update::new().add("held", -1))]).await.unwrap();
    market.settle_for("commit", "ord_1").await.refused(500, "internal_error");
    assert!(market.house.lines.text().contains("held units are missing from their cells"));
    assert_eq!(market.numbers(variant).await, [5, 3, 1, 0], "nothing was written");
}
