//! Versions: whoever reads a thing is told its version, and whoever changes one may say which version
//! they have seen. If it is another one by now, nothing is changed.

use std::collections::BTreeSet;

use http::Method;
use http::header::IF_MATCH;
use testkit::{Driver, Excused, Operation, Reply, Stage};

use crate::{assert_untouched, belongings, in_every_room};

fn changes(operation: &Operation) -> bool {
    operation.method != Method::GET && operation.tag != "loms"
}

/// One thing, answered in full: pages have cursors, and what leads elsewhere has no body.
fn is_about_one_thing(operation: &Operation) -> bool {
    let is_page = operation.query.iter().any(|name| name == "limit");
    operation.method == Method::GET && operation.success == 200 && !is_page && operation.tag != "loms"
}

fn listed(lists: Excused) -> impl Iterator<Item = &'static str> {
    lists.iter().flat_map(|(_, ids)| ids.iter().copied())
}

#[test]
fn what_changes_a_thing_takes_the_version_that_was_seen_or_says_why_not() {
    for driver in tests::drivers() {
        let all = driver.operations();
        let without = all.iter().filter(|operation| changes(operation) && !operation.takes_version);
        let without: BTreeSet<&str> = without.map(|operation| operation.id.as_str()).collect();
        let excused: BTreeSet<&str> = listed(driver.blind).collect();
        assert_eq!(without, excused, "on the left what takes no If-Match, on the right what says why");
    }
}

async fn send(at: &Stage, operation: &Operation, version: &str) -> Reply {
    at.example(operation).header(IF_MATCH, version).send().await
}

#[test]
fn a_stale_version_changes_nothing() {
    in_every_room(nothing_changes_at_a_stale_version);
}

async fn nothing_changes_at_a_stale_version(driver: Driver) {
    let at = Stage::furnished(&driver, &[]).await;
    let Stage { room, operations, .. } = &at;
    let before = belongings(&at.house).await;
    let mut tried = 0;
    for operation in operations.iter().filter(|operation| operation.takes_version) {
        tried += 1;
        let id = &operation.id;
        assert!(changes(operation), "{id} takes If-Match and changes nothing");
        for stale in ["\"0\"", "\"999999\""] {
            let reply = send(&at, operation, stale).await;
            let said = (reply.status.as_u16(), reply.code());
            assert_eq!(said, (412, "stale_version".to_owned()), "{id} at {stale}: {}", reply.text());
        }
        for broken in ["7", "\"x\"", "W/\"7\"", "\"1\", \"2\"", "\"-1\""] {
            let reply = send(&at, operation, broken).await;
            let said = (reply.status.as_u16(), reply.code());
            assert_eq!(said, (400, "bad_if_match".to_owned()), "{id} at {broken}: {}", reply.text());
        }
    }
    assert!(tried > 0, "nothing in {room} takes If-Match");
    assert_untouched(&before, &belongings(&at.house).await, &format!("a stale version, in {room},"));
    // What does not say that it takes a version does not look at one either.
    for operation in operations.iter().filter(|operation| changes(operation) && !operation.takes_version) {
        let reply = send(&at, operation, "\"999999\"").await;
        assert_ne!(reply.status, 412, "{} does not say that it takes If-Match", operation.id);
    }
}

#[test]
fn a_thing_is_read_with_its_version() {
    in_every_room(is_read_with_its_version);
}

async fn is_read_with_its_version(driver: Driver) {
    let mut at = Stage::furnished(&driver, &[]).await;
    let mut read = 0;
    for operation in driver.operations().iter().filter(|operation| is_about_one_thing(operation)) {
        let id = &operation.id;
        (driver.prepare)(&mut at, id).await;
        let reply = at.example(operation).send().await;
        assert_eq!(reply.status, 200, "{id} in the furnished room: {}", reply.text());
        let etag = reply.header("etag");
        let version = etag.and_then(|etag| etag.strip_prefix('"')?.strip_suffix('"')?.split_once('-'));
        // A body without a version has 0 for one.
        let version =
            version.and_then(|(version, _)| version.parse::<u64>().ok()).filter(|version| *version > 0);
        if listed(driver.unversioned).any(|unversioned| unversioned == id) {
            assert_eq!(version, None, "{id} has a version, and is no exception any more");
            continue;
        }
        read += 1;
        assert!(version.is_some(), "{id} has no version but {etag:?}");
    }
    assert!(read > 0, "nothing in {} can be read", at.room);
}

#[test]
fn what_has_no_version_is_still_there() {
    for driver in tests::drivers() {
        let all = driver.operations().into_iter().filter(is_about_one_thing);
        let all: BTreeSet<String> = all.map(|operation| operation.id).collect();
        for id in listed(driver.unversioned) {
            assert!(all.contains(id), "{id} reads no thing, and is no exception");
        }
    }
}
