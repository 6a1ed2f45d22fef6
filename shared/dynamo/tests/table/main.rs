//! A table on a real engine, and on one that loses answers and refuses for a while.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commits;
mod faults;
mod limits;
mod network;
mod pages;
mod updates;
