//! The right people with nonsense in their hands: made from the schema of every body, from a seed.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};
use testkit::spec::{kind, resolve};
use testkit::{Driver, Operation, Reply, Stage, example};

use crate::{assert_untouched, belongings, in_every_room};

const SEED: u64 = 20_261_121;
const RANDOM_BODIES: usize = 12;

async fn send(at: &Stage, operation: &Operation, n: usize, body: impl Into<Bytes>) -> Reply {
    let body = body.into();
    let call = at.house.call(operation.method.clone(), &at.path(operation));
    let call = call.body("application/json", body.clone()).key(&format!("{}-{n}", operation.id));
    at.rightly(operation, call).send().await
}

/// Every body that is wrong in one place, with what is wrong.
fn spoiled(schema: &Value, document: &Value) -> Vec<(String, Value)> {
    let sound = example(schema, document);
    let mut all = Vec::new();
    let mut with = |what: String, change: &dyn Fn(&mut Value)| {
        let mut body = sound.clone();
        change(&mut body);
        all.push((what, body));
    };
    with("an unknown field".into(), &|body| body["surprise"] = json!(1));
    let fields = resolve(schema, document)["properties"].as_object().cloned().unwrap_or_default();
    for (name, field) in &fields {
        let wrong = match kind(field, document) {
            "string" => json!(7),
            "integer" | "number" | "boolean" => json!("seven"),
            "array" => json!({ "a": 1 }),
            _ => json!([1]),
        };
        with(format!("another type for {name}"), &|body| body[name] = wrong.clone());
        with(format!("a very long {name}"), &|body| body[name] = json!("x".repeat(20_000)));
        with(format!("a huge {name}"), &|body| body[name] = json!(1e300));
    }
    let required = resolve(schema, document)["required"].as_array().cloned().unwrap_or_default();
    for name in required.iter().filter_map(Value::as_str) {
        with(format!("no {name}"), &|body| drop(body.as_object_mut().unwrap().remove(name)));
    }
    for (what, body) in [("a list", json!([])), ("nothing", Value::Null), ("a text", json!("x"))] {
        all.push((what.to_owned(), body));
    }
    all
}

/// A refusal is a problem document with a stable code; the foreign contract has a shape of its own.
fn is_told_why(operation: &Operation, reply: &Reply, what: &str) {
    if operation.tag == "loms" {
        assert!(reply.json()["code"].is_i64(), "{} with {what}: {}", operation.id, reply.text());
        return;
    }
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json"),
        "{} with {what}",
        operation.id
    );
    assert!(!reply.code().is_empty(), "{} with {what}: {}", operation.id, reply.text());
}

#[test]
fn nonsense_is_refused() {
    in_every_room(refuses_nonsense);
}

async fn refuses_nonsense(driver: Driver) {
    // Where the foreign contract takes a key, whoever shows none is told so whatever they say.
    let at = Stage::furnished(&driver, &[("LOMS_KEY", "open")]).await;
    let Stage { room, document, .. } = &at;
    let before = belongings(&at.house).await;
    let mut rng = fastrand::Rng::with_seed(SEED);
    for operation in &at.operations {
        let Some(schema) = &operation.body else { continue };
        let id = &operation.id;
        let mut n = 0;
        for (what, body) in spoiled(schema, document) {
            n += 1;
            let reply = send(&at, operation, n, body.to_string()).await;
            // A value of the right type that says nothing sensible may be refused by the use case.
            assert!(
                [400, 404, 409, 422].contains(&reply.status.as_u16()),
                "{id} with {what}: {} {}",
                reply.status,
                reply.text()
            );
            is_told_why(operation, &reply, &what);
            if what == "an unknown field" || what.starts_with("another type") || what.starts_with("no ") {
                assert_eq!(reply.status, 400, "{id} with {what}: {}", reply.text());
            }
        }
        // The key is looked for first: what asks for one and does not say so is found out by a bad body.
        let sound = example(schema, document).to_string();
        let body = Bytes::from(if operation.keyed { sound.clone() } else { "{".to_owned() });
        let call = at.house.call(operation.method.clone(), &at.path(operation));
        let call = call.body("application/json", body.clone());
        let keyless = at.rightly(operation, call).send().await.expect(400);
        let missing = keyless.code() == "idempotency_key_missing";
        assert_eq!(missing, operation.keyed, "{id} without a key: {}", keyless.text());
        let large = json!({ "padding": "x".repeat(300 * 1024) }).to_string();
        let reply = send(&at, operation, n + 1, large).await;
        assert_eq!(reply.status, 413, "{id} takes 300 KiB");
        let reply = send(&at, operation, n + 2, sound[..sound.len() - 1].to_owned()).await;
        assert_eq!(reply.status, 400, "{id} takes half a body: {}", reply.text());
        let reply = send(&at, operation, n + 3, "[".repeat(100_000)).await;
        assert_eq!(reply.status, 400, "{id} takes a deep body: {}", reply.text());
        for turn in 0..RANDOM_BODIES {
            let mut bytes = sound.clone().into_bytes();
            for _ in 0..1 + rng.usize(0..4) {
                let place = rng.usize(0..bytes.len());
                bytes[place] = rng.u8(..);
            }
            let said = String::from_utf8_lossy(&bytes).into_owned();
            // One in a while is still sound, so what it changes is not looked at here.
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                let reply = send(&at, operation, n + 4 + turn, bytes).await;
                assert!(reply.status.is_client_error(), "{id} takes {said}: {}", reply.status);
            }
        }
    }
    assert_untouched(&before, &belongings(&at.house).await, &format!("nonsense, in {room},"));
}

#[test]
fn nonsense_in_the_address_is_refused() {
    in_every_room(refuses_nonsense_in_the_address);
}

async fn refuses_nonsense_in_the_address(driver: Driver) {
    let at = Stage::furnished(&driver, &[]).await;
    let Stage { room, document, .. } = &at;
    let before = belongings(&at.house).await;
    for operation in &at.operations {
        let body = operation.body.as_ref().map(|schema| example(schema, document).to_string());
        let body = Bytes::from(body.unwrap_or_default());
        let names: Vec<_> = operation.path.split('/').filter(|part| part.starts_with('{')).collect();
        for name in names {
            let name = name.trim_matches(['{', '}']);
            for wrong in ["x", "prd_0", "%00", "..%2f", &format!("zzz_{}", "0".repeat(26)), &"9".repeat(400)]
            {
                let known = BTreeMap::from([(name, wrong.to_owned())]);
                let known = at.meant_by(operation).into_iter().chain(known).collect();
                let call = at.house.call(operation.method.clone(), &operation.path_with(&known));
                let call = call.body("application/json", body.clone()).key("nonsense");
                let reply = at.rightly(operation, call).send().await;
                let status = reply.status.as_u16();
                // The foreign contract asks for its key first, whatever stands in the address.
                let statuses: &[u16] =
                    if operation.tag == "loms" { &[400, 401, 404] } else { &[400, 403, 404] };
                assert!(
                    statuses.contains(&status),
                    "{} with {wrong}: {status} {}",
                    operation.id,
                    reply.text()
                );
            }
        }
        for name in &operation.query {
            for wrong in [
                "",
                "0",
                "-1",
                "101",
                "99999999999999999999",
                "%ff",
                "x%00",
                "eyJhIjoxfQ",
                &"A".repeat(3_000),
            ] {
                let path = format!("{}?{name}={wrong}", at.path(operation));
                let call = at.house.call(operation.method.clone(), &path);
                let reply = at.rightly(operation, call).send().await;
                let status = reply.status;
                assert!(
                    !status.is_server_error(),
                    "{} with {name}={wrong}: {status} {}",
                    operation.id,
                    reply.text()
                );
            }
        }
        if operation.query.iter().any(|name| name == "limit") {
            for wrong in ["0", "101", "x", "-1"] {
                let call =
                    at.house.call(operation.method.clone(), &format!("{}?limit={wrong}", at.path(operation)));
                let reply = at.rightly(operation, call).send().await;
                assert_eq!(reply.status, 400, "{} with limit={wrong}: {}", operation.id, reply.text());
            }
        }
        if operation.query.iter().any(|name| name == "cursor") {
            let call =
                at.house.call(operation.method.clone(), &format!("{}?cursor=broken", at.path(operation)));
            let reply = at.rightly(operation, call).send().await;
            assert_eq!(reply.status, 400, "{} with a broken cursor: {}", operation.id, reply.text());
        }
    }
    assert_untouched(&before, &belongings(&at.house).await, &format!("a wrong address, in {room},"));
}
