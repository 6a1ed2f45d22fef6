//! The door of a room that keeps a counter, on a real engine: what every room promises over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod credentials;
mod idempotency;
mod manners;
mod quotas;
