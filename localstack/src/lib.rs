//! The embedded host: every room, the relay and the timers in one process, over engines instead of AWS.
//!
//! [`Market::open`] is the whole of it: it reads `template.yaml`, builds its tables, queues and
//! buckets, opens its functions with their own environments, starts its event sources and opens two
//! ports, one for the API and one for AWS. The binary `snail` adds the command line ([`options`]) and
//! demo data ([`demo`]); tests and benchmarks open a market by themselves.
//!
//! Invariants: the resources are those of the template; a room cannot tell this host from AWS; accepted
//! requests survive the end of the process, `kill -9` included.

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
