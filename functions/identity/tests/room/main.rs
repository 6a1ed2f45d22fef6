//! The room through its door: its router, its queue and its calendar, on engines in this process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod accounts;
mod admin;
mod api_keys;
mod asks;
mod bad_input;
mod chains;
mod closing;
mod contract;
mod costs;
mod devices;
mod faults;
mod guessing;
mod letters;
mod memberships;
mod moving;
mod power;
mod pretenders;
mod races;
mod rotation;
mod same_work;
mod senders;
mod sessions;
mod shop_keys;
mod street;
mod trail;
