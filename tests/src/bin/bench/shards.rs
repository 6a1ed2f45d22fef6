//! How many customers a second one hot item serves, by the number of its shards.
//!
//! The engine in memory never contends, so contention is put before it: a transaction takes a while,
//! and another one that touches one of its items meanwhile is cancelled with a conflict, as DynamoDB
//! cancels it. Time is tokio's paused clock, so the numbers are of this model and not of this
//! machine: what they show is how throughput grows, not how high it is.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, Reply};
use futures::FutureExt;
use inventory_driver::{created, is_told_of};
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::{House, Stage};
use tests::sim::hostile::{operation, trouble};

use crate::table::Table;

/// Enough for every shard to have a queue before it, or the figure would be that of the customers.
const CUSTOMERS_A_SHARD: usize = 4;
const FEWEST_CUSTOMERS: usize = 64;
const SPAN: Duration = Duration::from_millis(500);
const A_TRANSACTION: Duration = Duration::from_millis(8);
const ANYTHING_ELSE: Duration = Duration::from_millis(3);

pub fn measure() -> Option<Table> {
    let rows = [1, 2, 4, 8, 16, 32, 64].into_iter().map(|shards| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime of one thread needs nothing");
        let customers = FEWEST_CUSTOMERS.max(shards * CUSTOMERS_A_SHARD);
        let (held, busy, conflicts) = runtime.block_on(flash_sale(shards, customers));
        let rate = held as f64 / SPAN.as_secs_f64();
        vec![
            shards.to_string(),
            customers.to_string(),
            format!("{rate:.0}"),
            held.to_string(),
            busy.to_string(),
            conflicts.to_string(),
        ]
    });
    Some(Table {
        title: "Flash sale of one item by shards".into(),
        head: vec!["shards", "customers", "reserved a second", "reserved", "answered 503", "conflicts"],
        rows: rows.collect(),
        note: format!(
            "A model: customers, {CUSTOMERS_A_SHARD} for each shard and at least {FEWEST_CUSTOMERS}, reserve one unit \
             each, again and again, for {} ms. A transaction takes {} ms, and one that touches an item of another \
             meanwhile is cancelled and tried again after a pause.",
            SPAN.as_millis(),
            A_TRANSACTION.as_millis(),
        ),
    })
}

async fn flash_sale(shards: usize, customers: usize) -> (usize, usize, usize) {
    let start: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
    let (clock, hands) = Clock::manual(start);
    let engines = Engines::memory(clock.clone()).expect("engines in memory open");
    let state = Arc::new(Mutex::new(State::default()));
    let between = |service: &str, engine: Arc<dyn Handler>| -> Arc<dyn Handler> {
        match service {
            "dynamo" => Arc::new(Contended { engine, state: state.clone() }),
            _ => engine,
        }
    };
    let driver = inventory_driver::driver();
    let house = House::over(driver.room.clone(), &[], engines, clock, hands, between).await;
    let mut at = Stage::over(&driver, house);
    let fact = created(&at.house, at.merchant(), None);
    let variant = fact.variant;
    at.knows("variant", variant);
    is_told_of(&mut at, fact).await;
    at.step("receive_stock", &json!({ "quantity": 1_000_000 })).await;
    at.step("split_stock", &json!({ "shards": shards })).await;
    let house = at.house;
    state.lock().unwrap_or_else(PoisonError::into_inner).conflicts = 0;

    let until = tokio::time::Instant::now() + SPAN;
    let customers = (0..customers).map(|customer| {
        let house = &house;
        async move {
            let (mut held, mut busy) = (0, 0);
            for n in 0.. {
                let lines = json!([{ "variant": variant, "quantity": 1 }]);
                let wish = json!({ "owner": format!("ord-{customer}-{n}"), "lines": lines });
                let reply = house.ask("reserve", "sale", &wish).await;
                if tokio::time::Instant::now() > until {
                    break;
                }
                match reply.status.as_u16() {
                    200 => held += 1,
                    503 => busy += 1,
                    status => panic!("{status}: {}", reply.text()),
                }
            }
            (held, busy)
        }
    });
    let counts = futures::future::join_all(customers).await;
    let conflicts = state.lock().unwrap_or_else(PoisonError::into_inner).conflicts;
    let violations = inventory::audit(house.items().await).expect("the room reads its own items");
    assert!(violations.is_empty(), "sold what is not there: {violations:?}");
    let (held, busy): (Vec<usize>, Vec<usize>) = counts.into_iter().unzip();
    (held.iter().sum(), busy.iter().sum(), conflicts)
}

#[derive(Debug, Default)]
struct State {
    touched: HashSet<String>,
    conflicts: usize,
}

#[derive(Clone, Debug)]
struct Contended {
    engine: Arc<dyn Handler>,
    state: Arc<Mutex<State>>,
}

impl Handler for Contended {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let this = self.clone();
        async move {
            if operation(&request) != "TransactWriteItems" {
                tokio::time::sleep(ANYTHING_ELSE).await;
                return this.engine.handle(request).await;
            }
            let keys = keys(request.body());
            if let Some(conflict) = this.enter(&keys) {
                tokio::time::sleep(ANYTHING_ELSE).await;
                return Ok(conflict);
            }
            tokio::time::sleep(A_TRANSACTION).await;
            let answer = this.engine.handle(request).await;
            let mut state = this.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.touched.retain(|key| !keys.contains(key));
            answer
        }
        .boxed()
    }
}

impl Contended {
    /// Touches the items, or says which of them somebody else is touching.
    fn enter(&self, keys: &[String]) -> Option<http::Response<Bytes>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.iter().any(|key| state.touched.contains(key)) {
            state.touched.extend(keys.iter().cloned());
            return None;
        }
        state.conflicts += 1;
        let reasons = keys.iter().map(|key| match state.touched.contains(key) {
            true => json!({"Code": "TransactionConflict"}),
            false => json!({"Code": "None"}),
        });
        let reasons: Vec<_> = reasons.collect();
        Some(trouble(400, "TransactionCanceledException", json!({ "CancellationReasons": reasons })))
    }
}

fn keys(body: &[u8]) -> Vec<String> {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let parts = asked["TransactItems"].as_array().into_iter().flatten();
    let keys = parts.filter_map(|part| part.as_object()?.values().next()).map(|part| {
        let key = if part["Key"].is_null() { &part["Item"] } else { &part["Key"] };
        format!("{}/{}", key["pk"]["S"], key["sk"]["S"])
    });
    keys.collect()
}
