//! The facts that rooms publish.
//!
//! A fact is named `<room>.<what happened>.v<n>` and lives in the module of the room that publishes it.
//! Invariants: a published fact is readable for ever, and a golden sample of every one proves it
//! (`golden/<name>.json`); a newer field is optional with a default, and subscribers ignore unknown
//! fields; a breaking change is a new version under a new name.

pub mod catalog;
pub mod identity;
pub mod invariants;
pub mod inventory;
pub mod merchants;

mod asyncapi;
mod envelope;
mod subscriptions;
mod word;
mod words;

pub use asyncapi::asyncapi;
pub use envelope::{Fact, Misheard, Spoken, Unsent};
pub use subscriptions::{SUBSCRIPTIONS, subscribers};
pub use word::Word;
pub use words::words;
