//! The room through its door: its router, its queues and its stream, on engines in this process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod asks;
mod bad_input;
mod contract;
mod expiry;
mod faults;
mod levels;
mod loms;
mod market;
mod merchants;
mod opening;
mod races;
mod split;
