//! The embedded host from outside: started, killed and started again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod demo;
mod flow;
mod options;
mod owner;
mod pages;
mod ports;
mod routes;
mod survival;
mod world;
