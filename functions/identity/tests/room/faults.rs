//! A table in bad weather, and functions that die at the worst moment.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, Reply, reply};
use facts::identity::{AccountRegistered, SessionRevoked};
use jiff::SignedDuration;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

/// What the table does to requests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Fair,
    /// So many writes are carried out, and their answers are lost.
    Deaf(usize),
    /// Nothing is written any more.
    Frozen,
}

/// Stands between the room and its table.
#[derive(Debug)]
struct Sky {
    weather: Arc<Mutex<Weather>>,
    engine: Arc<dyn Handler>,
}

const WRITES: [&str; 3] = ["TransactWriteItems", "UpdateItem", "PutItem"];

impl Handler for Sky {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers()["x-amz-target"].to_str().unwrap_or_default().to_owned();
        let writes = WRITES.iter().any(|write| target.ends_with(write));
        let mut weather = self.weather.lock().unwrap();
        match *weather {
            Weather::Deaf(n) if writes && n > 0 => {
                *weather = Weather::Deaf(n - 1);
                let done = self.engine.handle(request);
                Box::pin(async move {
                    done.await?;
                    Ok(reply(500, "application/x-amz-json-1.0", "{}"))
                })
            }
            Weather::Frozen if writes => {
                let body = json!({ "__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException", "message": "x" });
                Box::pin(async move { Ok(reply(400, "application/x-amz-json-1.0", body.to_string())) })
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
    (Street::over(engines, clock, hands, between).await, weather)
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_no_second_account() {
    let (mut street, weather) = street().await;
    *weather.lock().unwrap() = Weather::Deaf(1);
    street.register(ADA).await.expect(202);
    assert_eq!(only::<AccountRegistered>(&street.house.facts()).len(), 1);
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_logs_nobody_out() {
    let (mut street, weather) = street().await;
    let ada = street.customer(ADA).await;
    *weather.lock().unwrap() = Weather::Deaf(1);
    let next = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.refresh(&next.refresh).await.expect(200);
    assert!(only::<SessionRevoked>(&street.house.facts()).is_empty());
}

#[tokio::test]
async fn a_client_that_never_heard_its_answer_tries_again_and_goes_on() {
    let (mut street, _) = street().await;
    let ada = street.customer(ADA).await;
    // The rotation is done, and the answer dies with the connection.
    street.refresh(&ada.refresh).await.expect(200);
    street.house.advance(SignedDuration::from_secs(10));
    let next = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.house.advance(SignedDuration::from_mins(10));
    street.refresh(&next.refresh).await.expect(200);
}

#[tokio::test]
async fn who_cannot_be_counted_does_not_get_to_guess() {
    let (mut street, weather) = street().await;
    street.customer(ADA).await;
    let verified = |street: &Street| street.house.lines.text().matches("hashes_checked").count();
    let before = verified(&street);
    *weather.lock().unwrap() = Weather::Frozen;
    street.sign_in(ADA, "not the password").await.refused(500, "internal_error");
    street.sign_in(ADA, PASSWORD).await.refused(500, "internal_error");
    assert_eq!(verified(&street), before, "no password is looked at");
    *weather.lock().unwrap() = Weather::Fair;
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_key_whose_use_cannot_be_noted_is_good_all_the_same() {
    let (mut street, weather) = street().await;
    let ada = street.customer(ADA).await;
    let wish = json!({ "name": "sync", "scopes": ["catalog:read"] });
    let key = street.post(&ada, "/identity/api-keys", &wish).send().await.expect(201).json();
    let digest = auth::ApiKey::parse(key["key"].as_str().unwrap()).unwrap().digest();
    *weather.lock().unwrap() = Weather::Frozen;
    let found = street.house.ask("find_key", "k", &json!({ "digest": digest })).await.expect(200);
    assert!(found.json()["grant"].is_object());
}
