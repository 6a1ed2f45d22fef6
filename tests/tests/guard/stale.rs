//! Versions: whoever reads a thing is told its version, and whoever changes one may say which version
//! they have seen. If it is another one by now, nothing is changed.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use http::header::IF_MATCH;
use testkit::Reply;
use tests::spec::{Operation, operations};

use crate::furnish::{Furnished, furnish};
use crate::{assert_untouched, belongings, doors};

const BEGINS: &str = "it begins something that nobody can have seen";
const ONLY_READS: &str = "it changes nothing";
const PROVEN: &str = "it takes a proof, which counts more than what was seen";
const FINAL: &str = "it ends something for good, whatever it is by then";
const ADDS: &str = "it adds to whatever there is, or takes away from it";

/// What changes things and takes no version, and why.
const WITHOUT: &[(&str, &[&str])] = &[
    (
        BEGINS,
        &[
            "accept_invitation",
            "add_rule",
            "create_api_key",
            "create_category",
            "create_product",
            "create_shop_api_key",
            "create_warehouse",
            "forgot_password",
            "open_shop",
            "open_stock",
            "refresh_session",
            "register_account",
            "request_confirmation",
            "request_import",
            "sign_in",
        ],
    ),
    (ONLY_READS, &["find_account", "preview_commission"]),
    (PROVEN, &["change_email", "change_password", "close_account", "confirm_email", "reset_password"]),
    (
        FINAL,
        &[
            "end_other_sessions",
            "end_rule",
            "end_session",
            "revoke_api_key",
            "revoke_invitation",
            "revoke_shop_api_key",
            "rotate_api_key",
            "rotate_shop_api_key",
            "sign_out_account",
        ],
    ),
    (
        ADDS,
        &["add_line", "adjust_stock", "merge_carts", "receive_stock", "transfer_stock", "write_off_stock"],
    ),
    ("nobody is shown the ring of a shop's keys as one thing", &["set_shop_tier"]),
];

/// What answers with one thing and no version of it, and why.
const UNVERSIONED: &[(&str, &[&str])] = &[
    (
        "it is many things, each with a life of its own",
        &["list_api_keys", "list_shop_api_keys", "list_warehouses", "read_availability"],
    ),
    ("it is a link, and another one every time", &["get_document", "get_import_outcome", "inspect_document"]),
    ("it is kept for five minutes by whoever has read it", &["read_jwks"]),
];

fn changes(operation: &Operation) -> bool {
    operation.method != Method::GET && operation.tag != "loms"
}

/// One thing, answered in full: pages have cursors, and what leads elsewhere has no body.
fn is_about_one_thing(operation: &Operation) -> bool {
    let is_page = operation.query.iter().any(|name| name == "limit");
    operation.method == Method::GET && operation.success == 200 && !is_page && operation.tag != "loms"
}

fn listed<'a>(lists: &'a [(&str, &[&str])]) -> impl Iterator<Item = &'a str> {
    lists.iter().flat_map(|(_, ids)| ids.iter().copied())
}

fn is_listed(lists: &[(&str, &[&str])], operation: &Operation) -> bool {
    listed(lists).any(|id| id == operation.id)
}

#[test]
fn what_changes_a_thing_takes_the_version_that_was_seen_or_says_why_not() {
    let documents = tests::documents();
    let all = documents.iter().flat_map(|(room, document)| operations(room, document));
    let all: Vec<Operation> = all.filter(changes).collect();
    let without: BTreeSet<&str> = all
        .iter()
        .filter(|operation| !operation.takes_version)
        .map(|operation| operation.id.as_str())
        .collect();
    let excused: BTreeSet<&str> = listed(WITHOUT).collect();
    assert_eq!(without, excused, "on the left what takes no If-Match, on the right what says why");
}

async fn send(at: &Furnished, operation: &Operation, document: &serde_json::Value, version: &str) -> Reply {
    let body = match &operation.body {
        Some(_) => Bytes::from(at.body(operation, document).to_string()),
        None => Bytes::new(),
    };
    let call = at.house.call(operation.method.clone(), &at.path(operation)).header(IF_MATCH, version);
    // Refusals are remembered, so another version goes with another key.
    let call = call.body("application/json", body.clone()).key(&hex::encode(version));
    at.personally(operation, call).send().await
}

async fn a_stale_version_changes_nothing(room: &str) {
    let at = furnish(room).await;
    let (document, operations) = doors(room);
    let before = belongings(&at.house).await;
    let mut tried = 0;
    for operation in operations.iter().filter(|operation| operation.takes_version) {
        tried += 1;
        let id = &operation.id;
        assert!(changes(operation), "{id} takes If-Match and changes nothing");
        for stale in ["\"0\"", "\"999999\""] {
            let reply = send(&at, operation, &document, stale).await;
            let said = (reply.status.as_u16(), reply.code());
            assert_eq!(said, (412, "stale_version".to_owned()), "{id} at {stale}: {}", reply.text());
        }
        for broken in ["7", "\"x\"", "W/\"7\"", "\"1\", \"2\"", "\"-1\""] {
            let reply = send(&at, operation, &document, broken).await;
            let said = (reply.status.as_u16(), reply.code());
            assert_eq!(said, (400, "bad_if_match".to_owned()), "{id} at {broken}: {}", reply.text());
        }
    }
    assert!(tried > 0, "nothing in {room} takes If-Match");
    assert_untouched(&before, &belongings(&at.house).await, &format!("a stale version, in {room},"));
    // What does not say that it takes a version does not look at one either.
    for operation in operations.iter().filter(|operation| changes(operation) && !operation.takes_version) {
        let reply = send(&at, operation, &document, "\"999999\"").await;
        assert_ne!(reply.status, 412, "{} does not say that it takes If-Match", operation.id);
    }
}

async fn a_thing_is_read_with_its_version(room: &str) {
    let at = furnish(room).await;
    let mut read = 0;
    for operation in doors(room).1.iter().filter(|operation| is_about_one_thing(operation)) {
        let id = &operation.id;
        let path = match id.as_str() {
            "read_availability" => format!("{}?variant={}", at.path(operation), at.known["variant"]),
            _ => at.path(operation),
        };
        let call = at.house.call(Method::GET, &path);
        let reply = at.personally(operation, call).send().await;
        let etag = reply.header("etag");
        if is_listed(UNVERSIONED, operation) {
            assert_eq!(etag, None, "{id} has a version, and is no exception any more");
            // The file of the furnished import has not come, so nothing can be told of it yet.
            let expect = if id == "get_import_outcome" { 409 } else { 200 };
            assert_eq!(reply.status, expect, "{id} in the furnished room: {}", reply.text());
            continue;
        }
        read += 1;
        assert_eq!(reply.status, 200, "{id} in the furnished room: {}", reply.text());
        let version = etag.and_then(|etag| etag.strip_prefix('"')?.strip_suffix('"')?.split_once('-'));
        let version = version.and_then(|(version, _)| version.parse::<u64>().ok());
        assert!(version.is_some_and(|version| version > 0), "{id} has no version but {etag:?}");
    }
    assert!(read > 0, "nothing in {room} can be read");
}

#[test]
fn what_has_no_version_is_still_there() {
    let documents = tests::documents();
    let all = documents.iter().flat_map(|(room, document)| operations(room, document));
    let all: BTreeSet<String> = all.filter(is_about_one_thing).map(|operation| operation.id).collect();
    for id in listed(UNVERSIONED) {
        assert!(all.contains(id), "{id} reads no thing, and is no exception");
    }
}

#[tokio::test]
async fn a_stale_version_changes_nothing_in_the_cart() {
    a_stale_version_changes_nothing("cart").await;
}

#[tokio::test]
async fn a_stale_version_changes_nothing_in_the_catalog() {
    a_stale_version_changes_nothing("catalog").await;
}

#[tokio::test]
async fn a_stale_version_changes_nothing_in_the_identity() {
    a_stale_version_changes_nothing("identity").await;
}

#[tokio::test]
async fn a_stale_version_changes_nothing_in_the_inventory() {
    a_stale_version_changes_nothing("inventory").await;
}

#[tokio::test]
async fn a_stale_version_changes_nothing_in_the_merchants() {
    a_stale_version_changes_nothing("merchants").await;
}

#[tokio::test]
async fn the_cart_is_read_with_its_version() {
    a_thing_is_read_with_its_version("cart").await;
}

#[tokio::test]
async fn what_is_in_the_catalog_is_read_with_its_version() {
    a_thing_is_read_with_its_version("catalog").await;
}

#[tokio::test]
async fn what_is_in_the_identity_is_read_with_its_version() {
    a_thing_is_read_with_its_version("identity").await;
}

#[tokio::test]
async fn what_is_in_the_inventory_is_read_with_its_version() {
    a_thing_is_read_with_its_version("inventory").await;
}

#[tokio::test]
async fn what_is_in_the_merchants_is_read_with_its_version() {
    a_thing_is_read_with_its_version("merchants").await;
}
