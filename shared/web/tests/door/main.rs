//! The frame around a room with a counter, on a real engine: what every room does over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod credentials;
mod idempotency;
mod manners;
mod public;
mod quotas;
