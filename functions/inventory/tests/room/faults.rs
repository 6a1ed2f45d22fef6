//! A table in bad weather, and functions that die at the worst moment.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, Reply, reply};
use ids::MerchantId;
use jiff::SignedDuration;
use serde_json::json;
use testkit::House;

use crate::market::Market;

/// What the table does to requests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Fair,
    /// So many transactions meet others that write to the same items.
    Crowded(usize),
    /// So many transactions are carried out, and their answers are lost.
    Deaf(usize),
    /// So many queries are answered and no more: to a function that must look, as good as death.
    Blind(usize),
}

/// Stands between the room and its table.
#[derive(Debug)]
struct Sky {
    weather: Arc<Mutex<Weather>>,
    engine: Arc<dyn Handler>,
}

impl Handler for Sky {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers()["x-amz-target"].to_str().unwrap_or_default().to_owned();
        let mut weather = self.weather.lock().unwrap();
        let is_transaction = target.ends_with("TransactWriteItems");
        let refused = |kind: &str, more: serde_json::Value| {
            let mut body =
                json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "x" });
            body["CancellationReasons"] = more;
            let body = body.to_string();
            Box::pin(async move { Ok(reply(400, "application/x-amz-json-1.0", body)) })
        };
        match *weather {
            Weather::Crowded(n) if is_transaction && n > 0 => {
                *weather = Weather::Crowded(n - 1);
                refused("TransactionCanceledException", json!([{ "Code": "TransactionConflict" }]))
            }
            Weather::Deaf(n) if is_transaction && n > 0 => {
                *weather = Weather::Deaf(n - 1);
                let done = self.engine.handle(request);
                Box::pin(async move {
                    done.await?;
                    Ok(reply(500, "application/x-amz-json-1.0", "{}"))
                })
            }
            Weather::Blind(0) if target.ends_with("Query") => refused("AccessDeniedException", json!(null)),
            Weather::Blind(n) if target.ends_with("Query") => {
                *weather = Weather::Blind(n - 1);
                self.engine.handle(request)
            }
            _ => self.engine.handle(request),
        }
    }
}

async fn market() -> (Market, Arc<Mutex<Weather>>) {
    let weather = Arc::new(Mutex::new(Weather::Fair));
    let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
    let engines = Engines::memory(clock.clone()).unwrap();
    let sky = weather.clone();
    let between = move |service: &str, engine: Arc<dyn Handler>| -> Arc<dyn Handler> {
        match service {
            "dynamo" => Arc::new(Sky { weather: sky.clone(), engine }),
            _ => engine,
        }
    };
    let house = House::over(inventory::room(), &[], engines, clock, hands, between).await;
    let merchant = MerchantId::mint(&house.mint);
    (Market { house, merchant }, weather)
}

#[tokio::test]
async fn a_reservation_that_meets_others_a_few_times_succeeds() {
    let (mut market, weather) = market().await;
    let variant = market.stocked(5).await;
    *weather.lock().unwrap() = Weather::Crowded(3);
    let held = market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    assert_eq!(held.spend.requests, 5, "the cards, three tries that met others, and one that did not");
    assert_eq!(market.numbers(variant).await, [5, 3, 2, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn who_meets_others_for_too_long_is_asked_to_come_back_and_nothing_is_changed() {
    let (mut market, weather) = market().await;
    let variant = market.stocked(5).await;
    *weather.lock().unwrap() = Weather::Crowded(usize::MAX);
    let refused = market.reserve("ord_1", &[(variant, 2)]).await.refused(503, "unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let off = json!({ "quantity": 1, "reason": "broken" });
    let token = market.house.people.token(&[], &[(market.merchant, auth::MerchantRole::Manager)]);
    let write_off = || {
        let path = market.path(variant, "/write-off");
        market.house.post(&path).bearer(&token).key("k").json(&off)
    };
    write_off().send().await.refused(503, "unavailable");
    *weather.lock().unwrap() = Weather::Fair;
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    // Letting the key go met others as well, so it stays claimed until its deadline, and no longer.
    write_off().send().await.refused(409, "idempotency_key_in_use");
    market.house.advance(SignedDuration::from_secs(16));
    write_off().send().await.expect(201);
    assert_eq!(market.numbers(variant).await, [4, 4, 0, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_second_hold() {
    let (mut market, weather) = market().await;
    let variant = market.stocked(5).await;
    *weather.lock().unwrap() = Weather::Deaf(1);
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    *weather.lock().unwrap() = Weather::Deaf(1);
    market.settle_for("commit", "ord_1").await.expect(200);
    *weather.lock().unwrap() = Weather::Deaf(1);
    market.receive(variant, 1).await;
    assert_eq!(market.numbers(variant).await, [6, 4, 0, 2]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn the_public_hears_of_a_correction_even_when_the_one_who_made_it_died() {
    let (mut market, weather) = market().await;
    let variant = market.stocked(20).await;
    market.comes_to_rest().await;
    // The first reading is done before the change, and everything after it fails.
    let down = json!({ "by": -20, "reason": "water damage" });
    *weather.lock().unwrap() = Weather::Blind(1);
    market.command(variant, "/adjust", &down).send().await.expect(201);
    *weather.lock().unwrap() = Weather::Fair;
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
