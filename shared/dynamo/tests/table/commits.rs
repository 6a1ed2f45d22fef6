//! All or nothing, and never over a version that was not read.

use dynamo::{Condition, Error, Heard, Key, Save, Spend, Update, Write};
use facts::{Fact, Unsent};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::network::table;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thing {
    pub n: i64,
}

pub fn at(n: u32) -> Key {
    Key::new(format!("thing#{n}"), "thing")
}

pub fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

pub fn save(key: Key, loaded: u64, n: i64, facts: Vec<Unsent>) -> Write {
    let save = Save { key, aggregate: "thg_1", loaded, body: &Thing { n }, facts, at: now() };
    Write::save(save).unwrap()
}

fn fact() -> Unsent {
    Unsent { name: "things.changed.v1", data: serde_json::json!({ "n": 1 }) }
}

#[tokio::test]
async fn a_save_moves_the_version_on_by_one_and_a_second_from_the_same_version_is_refused() {
    let (table, _) = table().await;
    table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap();
    table.commit(vec![save(at(1), 1, 2, vec![])]).await.unwrap();
    let late = table.commit(vec![save(at(1), 1, 3, vec![])]).await.unwrap_err();
    assert!(late.refused(&at(1)));
    let stored = table.get::<Thing>(&at(1)).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.body), (2, Thing { n: 2 }));
}

#[tokio::test]
async fn facts_lie_in_the_item_until_the_next_transition_and_no_longer() {
    let (table, _) = table().await;
    let emits = async || {
        let item = table.get::<serde_json::Value>(&at(1)).await.unwrap().unwrap().body;
        item["emits"].as_str().map(|emits| serde_json::from_str::<Vec<Fact>>(emits).unwrap())
    };
    table.commit(vec![save(at(1), 0, 1, vec![fact(), fact()])]).await.unwrap();
    let ids: Vec<_> = emits().await.unwrap().into_iter().map(|fact| fact.id).collect();
    assert_eq!(ids, ["thg_1.1.0", "thg_1.1.1"]);
    table.commit(vec![Write::update(at(1), Update::new().add("n", 1))]).await.unwrap();
    assert_eq!(emits().await, None);
    table.commit(vec![save(at(1), 1, 2, vec![])]).await.unwrap();
    assert_eq!(emits().await, None);
}

#[tokio::test]
async fn of_several_writes_all_happen_or_none_and_the_refused_ones_are_named() {
    let (table, _) = table().await;
    table.commit(vec![Write::put(at(1), &Thing { n: 5 }).unwrap()]).await.unwrap();
    let take = Write::update(at(1), Update::new().add("n", -6)).when(Condition::AtLeast("n", 6));
    let error = table.commit(vec![Write::create(at(2), &Thing { n: 1 }).unwrap(), take]).await.unwrap_err();
    let [refusal] = error.refusals() else { panic!("{error}") };
    assert_eq!((refusal.index, &refusal.key), (1, &at(1)));
    assert_eq!(refusal.found.as_ref().unwrap()["n"].as_n().unwrap(), "5");
    assert_eq!(table.get::<Thing>(&at(2)).await.unwrap(), None);
}

#[tokio::test]
async fn a_fact_heard_twice_acts_once() {
    let (table, _) = table().await;
    table.commit(vec![Write::put(at(1), &Thing { n: 0 }).unwrap()]).await.unwrap();
    let act = || vec![Write::update(at(1), Update::new().add("n", 1))];
    assert_eq!(table.commit_once("thg_9.1.0", now(), act()).await.unwrap(), Heard::Now);
    assert_eq!(table.commit_once("thg_9.1.0", now(), act()).await.unwrap(), Heard::Before);
    assert_eq!(table.commit_once("thg_9.2.0", now(), act()).await.unwrap(), Heard::Now);
    assert_eq!(table.get::<Thing>(&at(1)).await.unwrap().unwrap().body.n, 2);
}

#[tokio::test]
async fn a_check_that_does_not_hold_stops_the_others() {
    let (table, _) = table().await;
    let check = Write::check(at(7), Condition::Present);
    let error = table.commit(vec![check, save(at(1), 0, 1, vec![])]).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)) && error.refused(&at(7)));
    assert_eq!(table.get::<Thing>(&at(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_lone_put_costs_half_of_a_transaction() {
    let (table, _) = table().await;
    let (done, lone) = Spend::of(table.commit(vec![save(at(1), 0, 1, vec![])])).await;
    done.unwrap();
    let pair = vec![save(at(2), 0, 1, vec![]), save(at(3), 0, 1, vec![])];
    let (done, pair) = Spend::of(table.commit(pair)).await;
    done.unwrap();
    assert_eq!((lone.requests, lone.write_milli), (1, 1_000));
    assert_eq!((pair.requests, pair.write_milli), (1, 4_000));
}

#[tokio::test]
async fn a_hundred_items_are_read_in_one_request_in_the_order_asked_for() {
    let (table, _) = table().await;
    for n in 0..100_u32 {
        table.commit(vec![Write::put(at(n), &Thing { n: n.into() }).unwrap()]).await.unwrap();
    }
    let keys: Vec<_> = (0..100).rev().map(at).collect();
    let (found, spend) = Spend::of(table.get_many::<Thing>(&keys)).await;
    let found: Vec<_> = found.unwrap().into_iter().map(|stored| stored.body.n).collect();
    assert_eq!(found, (0..100).rev().collect::<Vec<_>>());
    assert_eq!(spend.requests, 1);
}
