//! Somebody stands at every door of every room: nobody, the wrong people, the right people with nonsense
//! in their hands, with a key that they have used, or with a version that is gone. All are turned away,
//! and nothing in the room has moved.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

mod again;
mod asks;
mod contract_of_old;
mod dismissed;
mod everyone;
mod examples;
mod nonsense;
mod odd;
mod stale;
mod strangers;

use testkit::{Driver, House};

/// Stands at the doors of every room at once, each on a thread that bears its name.
fn in_every_room<F: Future<Output = ()>>(guard: fn(Driver) -> F) {
    std::thread::scope(|all| {
        for driver in tests::drivers() {
            let thread = std::thread::Builder::new().name(driver.room.name.to_owned());
            let stand = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(guard(driver));
            };
            thread.spawn_scoped(all, stand).unwrap();
        }
    });
}

/// What is in the room, without what the door itself remembers of requests.
async fn belongings(house: &House) -> Vec<dynamo::Item> {
    let items = house.items().await.into_iter();
    let of_the_door = |item: &dynamo::Item| item["pk"].as_s().unwrap().starts_with("once#");
    // The hour in which a key was last shown is the door's memory too.
    let seen = |mut item: dynamo::Item| {
        item.remove("used_at");
        item
    };
    items.filter(|item| !of_the_door(item)).map(seen).collect()
}

/// Fails with what is not as it was.
#[track_caller]
fn assert_untouched(before: &[dynamo::Item], after: &[dynamo::Item], whom: &str) {
    let gone: Vec<_> = before.iter().filter(|item| !after.contains(item)).collect();
    let new: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
    assert!(gone.is_empty() && new.is_empty(), "{whom} has changed {gone:#?} into {new:#?}");
}

#[test]
fn the_document_says_of_every_operation_who_may_call_it() {
    for driver in tests::drivers() {
        for operation in driver.operations() {
            assert!(operation.door.is_some(), "who may call {} of {}?", operation.id, operation.room);
        }
    }
}
