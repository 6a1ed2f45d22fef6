//! A test kit: one room, opened as in production, on engines in this process.
//!
//! [`House::open`] reads `template.yaml`, builds the tables, queues and buckets it names, and opens the
//! room with its functions' own environment. Tests then call the API ([`House::get`], [`House::post`],
//! …), ask like another room ([`House::ask`]), send facts ([`House::hear`]), move the clock
//! ([`House::advance`]), run the event sources ([`House::settle`]), and make the table fail ([`Sky`]).
//!
//! What holds for every room is tried by suites that go from [`Driver`] to [`Driver`] and meet each room
//! on a [`Stage`].
//!
//! Invariants: nothing here replaces a store, a queue or a use case; time moves only when a test
//! turns the clock; ids and choices come from a fixed seed, so a failure fails again.

mod call;
mod contract;
mod driver;
pub mod event;
mod house;
mod memory;
mod people;
mod row;
mod sky;
pub mod spec;
mod stage;
mod stand_in;

use sha2::{Digest, Sha256};

pub use call::{Call, Reply};
pub use contract::{contract, reviewed};
pub use driver::{ADDS, Act, BEGINS, Driver, Excused, FINAL, Given, Known, ONLY_READS, PROVEN};
pub use embedded::template::Function;
pub use house::{House, role, secrets, template};
pub use memory::with_little_memory;
pub use people::{AUDIENCE, ISSUER, People};
pub use row::{Row, beside};
pub use sky::{Held, Kind, QUERIES, Sky, TRANSACTIONS, WRITES, Weather};
pub use spec::{Door, Operation, example};
pub use stage::{LAPTOP, Stage, done, text};
pub use stand_in::stand_in;

/// What a file hashes to, as an upload of it says.
pub fn sha256(file: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(file))
}
