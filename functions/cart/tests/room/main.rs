//! The room through its door: its router, its queue and its table, on engines in this process, with
//! stand-ins for the two rooms that it asks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod asks;
mod bad_input;
mod budgets;
mod changes;
mod contract;
mod faults;
mod forgery;
mod guests;
mod keys;
mod life;
mod lines;
mod loms;
mod merges;
mod races;
mod shop;
mod street;
