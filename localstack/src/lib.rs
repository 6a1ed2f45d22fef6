//! The embedded host: every room, the relay and the timers in one process, over engines that stand
//! in for AWS.
//!
//! [`Market::open`] is the whole of it: it reads `template.yaml`, builds the tables, queues and
//! buckets that it names, opens its functions with their own environments, sets its event sources
//! turning and opens two ports, one for the API and one for AWS. The binary `snail` adds the command
//! line ([`options`]) and demo data ([`demo`]); tests and benchmarks open a market by themselves.
//!
//! Invariants: what exists is what the template names; a room cannot tell this host from AWS; what
//! was accepted survives the end of the process, whatever ended it.

pub mod admin;
mod caller;
pub mod demo;
pub mod functions;
pub mod gateway;
mod home;
pub mod mail;
mod market;
pub mod options;
mod owner;
pub mod people;
pub mod secrets;
mod serve;
mod site;
pub mod sources;
mod wake;
mod warnings;

pub use home::HomeError;
pub use market::{Front, Market, MarketError, Tell};
pub use warnings::warn_on_stderr;
