//! The smallest room: a counter.

use std::collections::HashMap;
use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use auth::issue::Issuer;
use auth::{Authority, KeyGrant, Keychain, Standing, Unreachable};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, Path, State};
use axum::routing::{get, post};
use bytes::Bytes;
use clock::{Clock, Hands};
use dynamo::{Key, Receipt, Table, Update, Write};
use embedded::Engines;
use embedded::template::{Parameters, Template};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use ids::{AccountId, Mint};
use jiff::SignedDuration;
use observe::{Lines, Sink};
use problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;
use web::{Admin, Answered, Buckets, Door, Once, Recent, Routes, SignedIn, Tagged, serve};

pub const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

const TEMPLATE: &str = r"
Resources:
  CounterTable:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: counter
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }, { AttributeName: sk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }]
";

pub struct Counter {
    pub door: Door,
    pub desk: Desk,
    pub hands: Hands,
    pub lines: Lines,
    pub engines: Engines,
    router: Router,
}

#[derive(Clone)]
struct Room {
    door: Door,
}

impl FromRef<Room> for Door {
    fn from_ref(room: &Room) -> Door {
        room.door.clone()
    }
}

/// An authority that can be made unreachable.
#[derive(Clone)]
pub struct Desk {
    pub issuer: Issuer,
    pub grants: Arc<Mutex<HashMap<String, KeyGrant>>>,
    pub standing: Arc<Mutex<Standing>>,
    pub silent: Arc<AtomicBool>,
    pub asked: Arc<AtomicU32>,
}

impl Desk {
    fn open() -> Desk {
        let issuer = Issuer::from_seed([1; 32], "test", "snail", "snail");
        let standing = Arc::default();
        Desk { issuer, grants: Arc::default(), standing, silent: Arc::default(), asked: Arc::default() }
    }

    fn answer<T: Send + 'static>(&self, answer: T) -> BoxFuture<'static, Result<T, Unreachable>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let silent = self.silent.load(Ordering::Relaxed);
        ready(if silent { Err(Unreachable("silent".into())) } else { Ok(answer) }).boxed()
    }
}

impl Authority for Desk {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        self.answer(self.issuer.jwks())
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        let grant = self.grants.lock().unwrap().get(digest).cloned();
        self.answer(grant)
    }

    fn standing<'a>(&'a self, _: AccountId, _: &'a str) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        let standing = self.standing.lock().unwrap().clone();
        self.answer(standing)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grow {
    by: i64,
}

#[derive(Debug, Deserialize, Serialize)]
struct Grown {
    by: i64,
}

fn here() -> Key {
    Key::new("counter", "counter")
}

async fn grow(State(room): State<Room>, once: Once<Grow>) -> Answered<Grown, 201> {
    let view = |grown: &Grown| axum::Json(Grown { by: grown.by });
    once.answer(view, |grow, receipt: Receipt<Grown>| async move {
        match grow.by {
            0 => return Err(Problem::unprocessable("grows_by_nothing")),
            13 => return Err(Problem::internal("thirteen is where the secret is")),
            99 => panic!("nobody expected this"),
            _ => {}
        }
        let grown = Grown { by: grow.by };
        let receipt = receipt.write(&grown).map_err(Problem::internal)?;
        let count = Write::update(here(), Update::new().add("n", grow.by));
        if grow.by == 42 {
            // A function that dies here has claimed its key and done no work.
            std::future::pending::<()>().await;
        }
        room.door.table.commit(vec![count, receipt]).await.map_err(Problem::internal)?;
        Ok(grown)
    })
    .await
}

async fn read(State(room): State<Room>) -> Result<Tagged<Value>, Problem> {
    let found = room.door.table.get::<Value>(&here()).await.map_err(Problem::internal)?;
    let n = found.map_or(0, |found| found.body["n"].as_u64().unwrap_or(0));
    Ok(Tagged { version: n, body: n.into() })
}

async fn rule(Admin(admin): Admin) -> String {
    format!("\"{}\"", admin.sub)
}

async fn name(SignedIn(caller): SignedIn) -> String {
    format!("\"{}\"", caller.subject())
}

/// A counter by a name that axum itself takes out of the path.
async fn spelt(Path(name): Path<String>) -> String {
    name
}

impl Counter {
    pub async fn open() -> Counter {
        let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
        let engines = Engines::memory(clock.clone()).unwrap();
        let stack = Template::parse(TEMPLATE).unwrap().resolve(&Parameters::new("snail")).unwrap();
        engines.install(&stack).await.unwrap();
        Counter::on(engines, clock, hands, 1)
    }

    /// Another instance of the same room, on the same table.
    pub fn on(engines: Engines, clock: Clock, hands: Hands, seed: u64) -> Counter {
        let desk = Desk::open();
        let (sink, lines) = Sink::memory();
        let door = Door {
            room: "counter",
            keychain: Keychain::new(desk.clone(), "snail", "snail", clock.clone()),
            buckets: Buckets::bottomless(),
            recent: Recent::by(clock.clone()),
            table: Table::new(engines.dynamo_client(), "counter", seed),
            clock: clock.clone(),
            mint: Mint::new(clock, seed),
            sink,
            deadline: DEADLINE,
            proxies: 0,
        };
        let routes = Router::new()
            .route("/counter", get(read).post(grow))
            .route("/counter/again", post(grow))
            .route("/counter/name", get(name))
            .route("/counter/rule", get(rule))
            .route("/counter/spelt/{name}", get(spelt))
            .with_state(Room { door: door.clone() });
        Counter { router: serve(routes, door.clone()), door, desk, hands, lines, engines }
    }

    pub fn counting(mut self) -> Counter {
        self.door.buckets = Buckets::counting();
        let routes = Router::new().route("/counter", get(read)).route("/counter/name", get(name));
        let routes = routes.with_state(Room { door: self.door.clone() });
        self.router = serve(routes, self.door.clone());
        self
    }

    /// The same door before other operations.
    pub fn leading_to<S>(mut self, routes: Routes<S>, state: S) -> Counter
    where
        S: Clone + Send + Sync + 'static,
        Door: FromRef<S>,
    {
        self.router = routes.serve(state);
        self
    }

    pub async fn grow(&self, key: &str, body: &str) -> Answer {
        self.send("POST", "/counter", &[("idempotency-key", key)], body).await
    }

    pub async fn read(&self) -> u64 {
        self.send("GET", "/counter", &[], "").await.body.as_u64().unwrap()
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, body }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or(""))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
