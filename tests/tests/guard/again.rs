//! A key that is used again: the same words get the same answer, other words are refused, and neither
//! moves anything.

use serde_json::{Map, Value, json};
use testkit::spec::resolve;
use testkit::{Door, Driver, Operation, Reply, Stage};

use crate::{assert_untouched, belongings, in_every_room};

const REPLAYED: &str = "idempotency-replayed";
const KEY: &str = "the-key-that-is-used-again";

async fn send(at: &Stage, operation: &Operation, path: &str, body: &Value) -> Reply {
    let call = at.shown(operation, path).json(body).key(KEY);
    at.personally(operation, call).send().await
}

/// Bodies that say something else, each in one field. Not every one says something sensible.
fn others(body: &Value, schema: &Value, document: &Value) -> Vec<(String, Value)> {
    let fields = body.as_object().into_iter().flatten();
    let other = fields.map(|(name, value)| {
        let choices = resolve(&resolve(schema, document)["properties"][name], document)["enum"].as_array();
        let choice = choices.into_iter().flatten().find(|choice| *choice != value);
        let other = match value {
            _ if choice.is_some() => choice.cloned(),
            Value::Number(number) => number.as_i64().map(|n| json!(n + 1)),
            Value::String(text) => Some(json!(format!("{text}x"))),
            Value::Bool(yes) => Some(json!(!yes)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let mut fields: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
        match other {
            Some(other) => drop(fields.insert(name.clone(), other)),
            None => drop(fields.remove(name)),
        }
        (name.clone(), Value::Object(fields))
    });
    other.collect()
}

/// The same operation about another thing, where the path names one besides whose it is.
fn elsewhere(at: &Stage, operation: &Operation) -> Option<String> {
    let mut known = at.meant_by(operation);
    let mut names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let name =
        names.next_back().filter(|name| operation.door != Some(Door::Member) || *name != "merchant")?;
    known.remove(name);
    Some(operation.path_with(&known))
}

#[test]
fn a_key_is_good_for_one_request() {
    in_every_room(good_for_one_request);
}

async fn good_for_one_request(driver: Driver) {
    let mut at = Stage::furnished(&driver, &[]).await;
    let mut tried = 0;
    for operation in driver.operations().iter().filter(|operation| operation.takes_key) {
        tried += 1;
        (driver.prepare)(&mut at, &operation.id).await;
        let (id, path) = (&operation.id, at.path(operation));
        let schema = operation.body.as_ref().unwrap_or_else(|| panic!("{id} takes a key and no body"));
        let body = at.body(operation);
        let first = send(&at, operation, &path, &body).await;
        assert_eq!(first.status, operation.success, "{id} with {body}: {}", first.text());
        assert_eq!(first.header(REPLAYED), None, "{id} has answered this before");
        let before = belongings(&at.house).await;

        let again = || async {
            let again = send(&at, operation, &path, &body).await;
            assert_eq!((again.status, &again.body), (first.status, &first.body), "{id} answers otherwise");
            for name in ["content-type", "etag", "location"] {
                assert_eq!(again.header(name), first.header(name), "{id} answers with another {name}");
            }
            assert_eq!(again.header(REPLAYED), Some("true"), "{id} does its work twice: {}", again.text());
        };
        again().await;
        let mut refused = 0;
        let reused = |reply: &Reply| reply.status == 422 && reply.code() == "idempotency_key_reused";
        for (what, other) in others(&body, schema, &at.document) {
            let reply = send(&at, operation, &path, &other).await;
            // What is no request at all is found out before its key is looked at.
            let none = reply.status == 400;
            assert!(none || reused(&reply), "{id} with another {what}: {} {}", reply.status, reply.text());
            refused += usize::from(!none);
        }
        if let Some(path) = elsewhere(&at, operation) {
            let reply = send(&at, operation, &path, &body).await;
            assert!(reused(&reply), "{id} at {path}: {} {}", reply.status, reply.text());
            refused += 1;
        }
        assert!(refused > 0, "{id}: no other request was tried with the key");
        again().await;
        assert_untouched(&before, &belongings(&at.house).await, &format!("{id} with a key that was used"));
    }
    assert!(tried > 0, "nothing in {} takes a key", at.room);
}
