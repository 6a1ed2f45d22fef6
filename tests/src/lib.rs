//! Tests over the whole house, and what they share.
//!
//! `tests/tidy` holds the tree against its own rules, `tests/guard` stands at every door,
//! `tests/contracts` reads what the rooms promise, and [`sim`] runs the market in a hostile world.
//! The binaries are `simulate`, which runs more seeds than the suite has time for, and `bench`.
//!
//! Invariant: nothing here has a say in what the rooms do. A fault is put between a room and its
//! engine, never into the room.

pub mod lean;
pub mod sim;

use std::path::PathBuf;

use lambda::Room;
use serde_json::Value;
use testkit::Driver;

/// The top of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every room that owns a table: a new one is in all suites as soon as its driver stands here.
pub fn drivers() -> Vec<Driver> {
    vec![
        cart_driver::driver(),
        catalog_driver::driver(),
        identity_driver::driver(),
        inventory_driver::driver(),
        merchants_driver::driver(),
    ]
}

/// The same rooms, with what the API of each says of itself.
pub fn rooms() -> Vec<(Room, Value)> {
    drivers().into_iter().map(|driver| (driver.room.clone(), driver.reviewed())).collect()
}

/// What the API of every room says of itself, as JSON.
pub fn documents() -> Vec<(&'static str, Value)> {
    rooms().into_iter().map(|(room, document)| (room.name, document)).collect()
}
