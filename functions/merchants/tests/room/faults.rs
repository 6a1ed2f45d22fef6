//! A table in bad weather: conflicts, lost answers, functions that die half-way.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, Reply, reply};
use facts::merchants::{MemberAdded, MemberRemoved, MerchantRestricted};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::House;

use crate::high_street::{Street, only};

/// What the table does to requests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Fair,
    /// So many transactions meet others that write to the same items.
    Crowded(usize),
    /// So many transactions are carried out, and their answers are lost.
    Deaf(usize),
    /// No transaction after so many is carried out: to whoever waits, as good as death.
    Dead(usize),
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
        if !target.ends_with("TransactWriteItems") {
            return self.engine.handle(request);
        }
        let refused = |kind: &str, more: Value| {
            let mut body =
                json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "x" });
            body["CancellationReasons"] = more;
            let body = body.to_string();
            Box::pin(async move { Ok(reply(400, "application/x-amz-json-1.0", body)) })
        };
        match *weather {
            Weather::Crowded(n) if n > 0 => {
                *weather = Weather::Crowded(n - 1);
                refused("TransactionCanceledException", json!([{ "Code": "TransactionConflict" }]))
            }
            Weather::Deaf(n) if n > 0 => {
                *weather = Weather::Deaf(n - 1);
                let done = self.engine.handle(request);
                Box::pin(async move {
                    done.await?;
                    Ok(reply(500, "application/x-amz-json-1.0", "{}"))
                })
            }
            Weather::Dead(0) => refused("AccessDeniedException", json!(null)),
            Weather::Dead(n) => {
                *weather = Weather::Dead(n - 1);
                self.engine.handle(request)
            }
            _ => self.engine.handle(request),
        }
    }
}

async fn street() -> (Street, Arc<Mutex<Weather>>) {
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
    let house = House::over(merchants::room(), &[], engines, clock, hands, between).await;
    (Street { house }, weather)
}

#[tokio::test]
async fn who_meets_others_a_few_times_succeeds_all_the_same() {
    let (mut street, weather) = street().await;
    let shop = street.draft().await;
    let (_, token) = street.invited(shop, "clerk").await;
    *weather.lock().unwrap() = Weather::Crowded(3);
    street.accept(street.somebody(), &token).await.expect(201);
    street.is_sound().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_second_deed() {
    let (mut street, weather) = street().await;
    let owner = street.somebody();
    *weather.lock().unwrap() = Weather::Deaf(1);
    let shop = street.draft_of(owner, "The Kiln").await;
    *weather.lock().unwrap() = Weather::Deaf(1);
    let member = street.member(shop, "manager").await;
    *weather.lock().unwrap() = Weather::Deaf(1);
    let rule = json!({ "basis_points": 100 });
    street.admin("/merchants/admin/commission/rules", &rule).send().await.expect(201);
    *weather.lock().unwrap() = Weather::Deaf(1);
    let holiday = json!({ "from": "2026-12-24", "to": "2026-12-26" });
    street.post(member, &shop.path("/holidays"), &holiday).send().await.expect(201);
    let mine = street.get(owner, "/merchants/mine").send().await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let facts = street.house.facts();
    let added: Vec<_> = only::<MemberAdded>(&facts).iter().map(|added| added.account).collect();
    assert_eq!(added, [member], "the fact of a deed whose answer was lost is said once");
    street.is_sound().await;
}

#[tokio::test]
async fn who_meets_others_for_too_long_is_asked_to_come_back_and_nothing_is_changed() {
    let (street, weather) = street().await;
    let shop = street.draft().await;
    let before = street.own(shop).await;
    *weather.lock().unwrap() = Weather::Crowded(usize::MAX);
    let address = json!({ "slug": "the-best" });
    let refused = street.post(shop.owner, &shop.path("/address"), &address).send().await;
    assert_eq!(refused.refused(503, "unavailable").header("retry-after"), Some("1"));
    let account = json!({ "holder": "Kiln", "currency": "EUR", "iban": "DE89370400440532013000" });
    street.post(shop.owner, &shop.path("/payout"), &account).send().await.refused(503, "unavailable");
    *weather.lock().unwrap() = Weather::Fair;
    assert_eq!(street.own(shop).await, before);
    street.get(shop.owner, &shop.path("/payout")).send().await.refused(404, "no_payout_account");
}

#[tokio::test]
async fn a_function_that_dies_between_two_shops_of_a_closed_account_is_followed_by_one_that_finishes() {
    let (mut street, weather) = street().await;
    let first = street.active().await;
    let owner = first.owner;
    let second = street.draft_of(owner, "Another").await;
    street.house.facts();
    *weather.lock().unwrap() = Weather::Dead(1);
    let closed = facts::identity::AccountClosed { account: owner };
    let fact = facts::Fact::of(&closed).seal(&owner.to_string(), 9, 0, street.house.clock.now(), None);
    assert_eq!(street.house.hear(std::slice::from_ref(&fact)).await, std::slice::from_ref(&fact.id));
    street.is_sound().await;
    *weather.lock().unwrap() = Weather::Fair;
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
    let (street, weather) = street().await;
    let owner = street.somebody();
    let body = json!({ "locale": "en", "name": "The Kiln" });
    let token = street.token(owner);
    let open = || street.house.post("/merchants/shops").bearer(&token).key("k").json(&body);
    *weather.lock().unwrap() = Weather::Dead(0);
    let failed = open().send().await;
    assert!(failed.status.is_server_error(), "{}", failed.text());
    *weather.lock().unwrap() = Weather::Fair;
    street.house.advance(SignedDuration::from_secs(16));
    let token = street.token(owner);
    street.house.post("/merchants/shops").bearer(&token).key("k").json(&body).send().await.expect(201);
    let mine = street.get(owner, "/merchants/mine").send().await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    street.is_sound().await;
}
