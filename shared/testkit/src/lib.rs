//! A house for tests: one room, opened as production opens it, on engines in this process.
//!
//! [`House::open`] reads `template.yaml`, builds the tables, queues and buckets it names, and
//! opens the room with its functions' own environment. Tests then do what the world does: call
//! the API ([`House::get`], [`House::post`], …), ask like another room ([`House::ask`]), let a
//! fact be heard ([`House::hear`]), turn the clock ([`House::advance`]), let the event sources run
//! ([`House::settle`]), and let the weather over the table turn bad ([`Sky`]).
//!
//! Invariants: nothing here replaces a store, a queue or a use case; time moves only when a test
//! turns the clock; ids and choices come from a fixed seed, so a failure fails again.

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
