//! Many at once. Nothing here is repeatable to the letter, and everything must hold however it goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::inventory::{ReservationCommitted, ReservationExpired};
use ids::VariantId;
use jiff::SignedDuration;
use serde_json::json;

use crate::market::{Market, only};

/// Lets so many ask at the same moment, and counts the answers by status.
async fn all_at_once(
    market: &Arc<Market>,
    n: usize,
    ask: impl Fn(usize) -> (&'static str, serde_json::Value),
) -> BTreeMap<u16, usize> {
    let asks: Vec<_> = (0..n)
        .map(|i| {
            let (market, (operation, body)) = (market.clone(), ask(i));
            tokio::spawn(async move { market.ask(operation, &body).await.status.as_u16() })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for ask in asks {
        *answers.entry(ask.await.unwrap()).or_default() += 1;
    }
    answers
}

fn one_of(variant: VariantId, owner: usize) -> (&'static str, serde_json::Value) {
    let line = json!({ "variant": variant, "quantity": 1 });
    ("reserve", json!({ "owner": format!("ord_{owner}"), "lines": [line] }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_want_one_of_thirty_get_exactly_thirty() {
    for shards in [1, 8] {
        let market = Market::open().await;
        let variant = market.stocked(30).await;
        market.split(variant, shards).await;
        let mut market = Arc::new(market);
        let answers = all_at_once(&market, 50, |i| one_of(variant, i)).await;
        assert_eq!(answers, BTreeMap::from([(200, 30), (409, 20)]), "{shards} shards");
        assert_eq!(market.numbers(variant).await, [30, 0, 30, 0]);
        Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_who_create_at_once_all_succeed_while_there_is_stock() {
    let market = Market::open().await;
    let variant = market.stocked(300).await;
    let mut market = Arc::new(market);
    let answers = all_at_once(&market, 100, |i| one_of(variant, i)).await;
    assert_eq!(answers, BTreeMap::from([(200, 100)]));
    assert_eq!(market.numbers(variant).await, [300, 200, 100, 0]);
    Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_owner_who_asks_twenty_times_at_once_holds_once() {
    let market = Market::open().await;
    let variant = market.stocked(30).await;
    let mut market = Arc::new(market);
    let answers = all_at_once(&market, 20, |_| one_of(variant, 7)).await;
    assert_eq!(answers, BTreeMap::from([(200, 20)]));
    assert_eq!(market.numbers(variant).await, [30, 29, 1, 0]);
    Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_payments_at_once_sell_once() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    let mut market = Arc::new(market);
    let answers = all_at_once(&market, 10, |_| ("commit", json!({ "owner": "ord_1" }))).await;
    assert_eq!(answers, BTreeMap::from([(200, 10)]));
    assert_eq!(market.numbers(variant).await, [5, 3, 0, 2]);
    let facts = Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
    assert_eq!(only::<ReservationCommitted>(&facts).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reservation_that_is_committed_and_released_at_once_does_one_of_them() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let mut market = Arc::new(market);
    for round in 0..10 {
        market.reserve(&format!("ord_{round}"), &[(variant, 1)]).await.expect(200);
        let before = market.numbers(variant).await;
        let owner = json!({ "owner": format!("ord_{round}") });
        let answers = all_at_once(&market, 2, |i| (["commit", "release"][i], owner.clone())).await;
        assert_eq!(answers, BTreeMap::from([(200, 1), (409, 1)]));
        let [on_hand, free, held, committed] = market.numbers(variant).await;
        assert_eq!((on_hand, held), (5, 0));
        assert_eq!(free + committed, before[1] + before[2] + before[3]);
        if free == 0 {
            break;
        }
    }
    Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reservation_that_ten_timers_expire_at_once_expires_once() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    market.house.advance(SignedDuration::from_secs(601));
    let mut market = Arc::new(market);
    let wake = json!({ "reservation_due": { "owner": "ord_1" } }).to_string();
    let batch = json!({ "Records": [{ "messageId": "1", "body": wake, "attributes": {} }] });
    let timers: Vec<_> = (0..10)
        .map(|_| {
            let (market, batch) = (market.clone(), batch.clone());
            tokio::spawn(async move { market.house.handle(lambda::Role::Timer, batch).await.unwrap() })
        })
        .collect();
    for timer in timers {
        assert_eq!(timer.await.unwrap()["batchItemFailures"], json!([]));
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    let facts = Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
    assert_eq!(only::<ReservationExpired>(&facts).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_split_in_the_middle_of_a_sale_makes_and_loses_nothing() {
    let market = Market::open().await;
    let variant = market.stocked(40).await;
    let mut market = Arc::new(market);
    let splits = {
        let market = market.clone();
        tokio::spawn(async move {
            for shards in [16, 3, 64, 1, 7] {
                market.split(variant, shards).await;
            }
        })
    };
    let answers = all_at_once(&market, 60, |i| one_of(variant, i)).await;
    splits.await.unwrap();
    assert_eq!(answers.get(&200), Some(&40), "{answers:?}");
    assert_eq!(market.numbers(variant).await, [40, 0, 40, 0]);
    Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn goods_that_are_taken_while_they_are_sold_are_taken_or_sold() {
    let market = Market::open().await;
    let variant = market.stocked(20).await;
    let mut market = Arc::new(market);
    let takings: Vec<_> = (0..10)
        .map(|_| {
            let market = market.clone();
            tokio::spawn(async move {
                let off = json!({ "quantity": 2, "reason": "broken" });
                market.command(variant, "/write-off", &off).send().await.status.as_u16()
            })
        })
        .collect();
    let answers = all_at_once(&market, 20, |i| one_of(variant, i)).await;
    let mut taken = 0;
    for taking in takings {
        match taking.await.unwrap() {
            201 => taken += 2,
            status => assert_eq!(status, 409),
        }
    }
    let sold = answers.get(&200).copied().unwrap_or(0) as i64;
    assert!(answers.keys().all(|status| [200, 409].contains(status)), "{answers:?}");
    assert_eq!(market.numbers(variant).await, [20 - taken, 20 - taken - sold, sold, 0]);
    Arc::get_mut(&mut market).unwrap().comes_to_rest().await;
}
