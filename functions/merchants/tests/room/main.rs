//! The room through its door: its router, its queue, its bucket and its stream, on engines in this
//! process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod bad_input;
mod commission;
mod contract;
mod faults;
mod files;
mod gone;
mod high_street;
mod holidays;
mod invitations;
mod life;
mod members;
mod payout;
mod profile;
mod races;
mod strangers;
