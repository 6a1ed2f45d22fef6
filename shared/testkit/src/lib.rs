//! A test kit: one room, opened as in production, on engines in this process.
//!
//! [`House::open`] reads `template.yaml`, builds the tables, queues and buckets it names, and opens the
//! room with its functions' own environment. Tests then call the API ([`House::get`], [`House::post`],
//! …), ask like another room ([`House::ask`]), send facts ([`House::hear`]), move the clock
//! ([`House::advance`]), run the event sources ([`House::settle`]), and make the table fail ([`Sky`]).
//!
//! Invariants: nothing here replaces a store, a queue or a use case; time moves only when a test moves
//! the clock; ids and choices come from a fixed seed, so a failure fails again.

mod call;
mod contract;
mod house;
mod memory;
mod people;
mod sky;
mod stand_in;

pub use call::{Call, Reply};
pub use contract::{contract, reviewed};
pub use house::{House, role, secrets, template};
pub use memory::with_little_memory;
pub use people::{AUDIENCE, ISSUER, People};
pub use sky::{Held, Kind, QUERIES, Sky, TRANSACTIONS, WRITES, Weather};
pub use stand_in::stand_in;
