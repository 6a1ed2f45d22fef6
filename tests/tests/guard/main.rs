//! Somebody stands at every door of every room: nobody, the wrong people, and the right people with
//! nonsense in their hands. All are turned away, and nothing in the room has moved.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

mod furnish;
mod nonsense;
mod strangers;

use testkit::House;
use tests::spec::{Operation, operations};

/// Every operation of a room, with its document.
fn doors(room: &str) -> (serde_json::Value, Vec<Operation>) {
    let (name, document) = tests::documents().into_iter().find(|(name, _)| *name == room).unwrap();
    let operations = operations(name, &document);
    (document, operations)
}

/// What is in the room, without what the door itself remembers of requests.
async fn belongings(house: &House) -> Vec<dynamo::Item> {
    let items = house.items().await.into_iter();
    let of_the_door = |item: &dynamo::Item| item["pk"].as_s().unwrap().starts_with("once#");
    items.filter(|item| !of_the_door(item)).collect()
}

#[test]
fn the_document_says_of_every_operation_who_may_call_it() {
    for (name, document) in tests::documents() {
        for operation in operations(name, &document) {
            assert!(operation.door.is_some(), "who may call {} of {name}?", operation.id);
        }
    }
}
