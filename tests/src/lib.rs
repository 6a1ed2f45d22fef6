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
pub mod spec;

use std::path::PathBuf;

use facts::merchants::MerchantActivated;
use ids::MerchantId;
use lambda::Room;
use serde_json::Value;
use sha2::{Digest, Sha256};
use testkit::House;

/// The top of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a file hashes to, as an upload of it says.
pub fn sha256(file: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(file))
}

/// Lets the catalog hear that a shop may sell, as `merchants` says it.
pub async fn let_in(catalog: &House, merchant: MerchantId) {
    catalog.hears(merchant, 2, &MerchantActivated { merchant, name: "A shop".into() }).await;
}

/// Every room that owns a table, with what its API says of itself.
pub fn rooms() -> Vec<(Room, Value)> {
    vec![
        (cart::room(), reviewed(cart::OPENAPI)),
        (catalog::room(), reviewed(catalog::OPENAPI)),
        (identity::room(), reviewed(identity::OPENAPI)),
        (inventory::room(), reviewed(inventory::OPENAPI)),
        (merchants::room(), reviewed(merchants::OPENAPI)),
    ]
}

/// What the API of every room says of itself, as JSON.
pub fn documents() -> Vec<(&'static str, Value)> {
    rooms().into_iter().map(|(room, document)| (room.name, document)).collect()
}

fn reviewed(document: &str) -> Value {
    serde_json::from_str(document).expect("an OpenAPI document is JSON")
}
