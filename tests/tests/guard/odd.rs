//! Requests that no program of good will sends: bytes that are no text, in the path, in the query and in
//! every header that is read. Whatever refuses them, the router and the extractors of others included,
//! says so in a problem document.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use testkit::{Call, Driver, Operation, Reply, Stage, example};

use crate::{assert_untouched, belongings, in_every_room};

const PARTS: &[&str] = &[
    "%ff",
    "%c0%af",
    "%00",
    "%",
    "%zz",
    "%2e%2e",
    "%2f",
    "a%ffb",
    "%ed%a0%80",
    "%F0%9F%90%8C",
    "~",
    ";a=b",
    "$",
    "*",
];
const QUERIES: &[&str] = &[
    "%ff",
    "%ff=%ff",
    "=",
    "&&&",
    "limit=%ff",
    "limit=%",
    "cursor=%ff",
    "cursor=%00",
    "locale=%ff",
    "locale=%F0%9F%90%8C",
    "variant=%ff",
    "category=%ff",
    "merchant=%00",
    "limit=1&limit=2",
    "locale=en&locale=ru",
    "a[]=1",
    "sku=%ff",
    "count=%ff",
];
const HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "x-api-key",
    "x-cart",
    "x-forwarded-for",
    "webhook-id",
    "webhook-signature",
    "webhook-timestamp",
];
const VALUES: &[&[u8]] =
    &[b"\xff\xfe", b"", b"\"", b"%ff", b"=;,=", b"Bearer ", b"Bearer \xff", &[b'x'; 6000]];

/// A refusal of ours. What is refused before the foreign contract is met is told in our way there too.
fn assert_told(what: &str, foreign: bool, reply: &Reply) {
    assert!(!reply.status.is_server_error(), "{what}: {} {}", reply.status, reply.text());
    if !reply.status.is_client_error() {
        return;
    }
    let kind = reply.header("content-type");
    if foreign && kind == Some("application/json") {
        assert!(reply.json()["code"].is_i64(), "{what}: {}", reply.text());
        return;
    }
    assert_eq!(kind, Some("application/problem+json"), "{what}: {} {}", reply.status, reply.text());
    assert!(
        !reply.code().is_empty() && reply.header("x-content-type-options").is_some(),
        "{what}: {}",
        reply.text()
    );
}

fn odd<'a>(at: &'a Stage, operation: &Operation, path: &str, body: &Bytes) -> Call<'a> {
    let call = at.house.call(operation.method.clone(), path);
    at.rightly(operation, call.body("application/json", body.clone()).key("odd"))
}

#[test]
fn what_is_odd_is_refused_as_a_problem() {
    in_every_room(refuses_as_a_problem_what_is_odd);
}

async fn refuses_as_a_problem_what_is_odd(driver: Driver) {
    let at = Stage::furnished(&driver, &[]).await;
    let Stage { room, document, operations, .. } = &at;
    let before = belongings(&at.house).await;
    let mut refused = 0;
    for operation in operations {
        let (id, foreign) = (&operation.id, operation.tag == "loms");
        // Half a body: what gets past the door is refused there, and nothing changes.
        let body = operation.body.as_ref().map(|schema| example(schema, document).to_string());
        let body = Bytes::from(body.map(|body| body[..body.len() - 1].to_owned()).unwrap_or_default());
        for name in operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            for part in PARTS {
                let other = BTreeMap::from([(name, (*part).to_owned())]);
                let known = at.meant_by(operation).into_iter().chain(other).collect();
                let path = operation.path_with(&known);
                let reply = odd(&at, operation, &path, &body).send().await;
                assert_told(&format!("{id} at {path}"), foreign, &reply);
                refused += usize::from(reply.status.is_client_error());
            }
        }
        // Of what is done without a body, only what looks is asked again and again.
        if operation.body.is_none() && operation.method != Method::GET {
            continue;
        }
        let path = at.path(operation);
        for query in QUERIES {
            let reply = odd(&at, operation, &format!("{path}?{query}"), &body).send().await;
            assert_told(&format!("{id} with ?{query}"), foreign, &reply);
        }
        for (name, value) in HEADERS.iter().flat_map(|name| VALUES.iter().map(move |value| (*name, *value))) {
            let Ok(value) = HeaderValue::from_bytes(value) else { continue };
            let call = odd(&at, operation, &path, &body).value(HeaderName::from_static(name), value.clone());
            assert_told(&format!("{id} with {name}: {value:?}"), foreign, &call.send().await);
        }
    }
    assert!(refused > 0, "nothing odd was refused in {room}");
    for path in [
        "/",
        "//",
        "/%ff",
        &format!("/{room}"),
        &format!("/{room}/"),
        &format!("/{room}/%ff/%ff"),
        &format!("/{room}//x"),
        "*",
    ] {
        let reply = at.house.call(Method::GET, path).send().await;
        assert_told(path, false, &reply);
        let is_there = operations.iter().any(|known| known.method == Method::GET && known.path == path);
        assert!(reply.status != StatusCode::OK || is_there, "{path}: {}", reply.text());
    }
    for operation in operations {
        for method in ["TRACE", "OPTIONS", "PATCH", "CONNECT", "BREW"] {
            let reply = at.house.call(method.parse().unwrap(), &at.path(operation)).send().await;
            assert_told(&format!("{method} {}", operation.path), false, &reply);
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", operation.path);
        }
    }
    assert_untouched(&before, &belongings(&at.house).await, &format!("something odd, in {room},"));
}
