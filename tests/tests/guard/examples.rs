//! The right people say what the documents show, about what is in the furnished room, and all of it is
//! done as the documents promise.
//!
//! What is not the same for everyone is kept nowhere.

use http::Method;
use testkit::{Driver, LAPTOP, Stage};

use crate::in_every_room;

#[test]
fn whatever_a_document_shows_is_done() {
    in_every_room(does_what_its_document_shows);
}

async fn does_what_its_document_shows(driver: Driver) {
    let mut wrong = Vec::new();
    let mut at = Stage::furnished(&driver, LAPTOP).await;
    for operation in driver.operations() {
        let id = &operation.id;
        (driver.prepare)(&mut at, id).await;
        let reply = at.example(&operation).send().await;
        if reply.status != operation.success {
            wrong.push(format!("{id} with {}: {} {}", at.body(&operation), reply.status, reply.text()));
        }
        let kept = reply.header("cache-control").unwrap_or_default();
        if kept.starts_with("public") != operation.public_read || !operation.public_read && kept != "no-store"
        {
            wrong.push(format!("{id} is for {kept:?}"));
        }
        if operation.method != Method::GET {
            at = Stage::furnished(&driver, LAPTOP).await;
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", driver.room.name, wrong.join("\n"));
}
