//! AWS in one process: engines behind the SDK on a laptop, in the tests and in the simulation.
//!
//! A room uses the AWS SDK and nothing else. This crate replaces the SDK's HTTP connector: the signed
//! request goes to an engine in this process, and the engine's answer goes back through the SDK's own
//! parsing, retries and errors.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use embedded::{Engines, template::{Parameters, Template}};
//!
//! let stack = Template::parse("Resources: {}")?.resolve(&Parameters::new("snail"))?;
//! let engines = Engines::memory(clock::Clock::system())?;
//! engines.install(&stack).await?;
//! let tables = engines.dynamo_client().list_tables().send().await?;
//! # Ok(()) }
//! ```
//!
//! - [`template`] reads `template.yaml` into plain structs, the way CloudFormation would;
//! - [`dynamo`], [`sqs`] and [`s3`] are the engines, each a [`Handler`] of HTTP requests;
//! - [`client`] makes SDK clients out of any [`Handler`], so that the simulation can wrap an engine;
//! - [`Guard`] enforces the policies of every function, by the [`Key`] that its clients sign with;
//! - [`sources`] moves batches from streams and queues to functions, as Lambda's event sources do;
//! - [`cron`] says when a schedule fires;
//! - [`pattern`] decides which events pass a filter;
//! - [`endpoint`] serves all three engines on one port, for `aws --endpoint-url` with a known key.
//!
//! Invariant: nothing here knows a room, the meaning of a table or a fact. The resources are those of
//! the template.

pub mod template;

pub mod client;
pub mod cron;
pub mod dynamo;
pub mod endpoint;
mod engines;
mod guard;
mod handler;
mod keys;
pub mod pattern;
pub mod s3;
mod signature;
pub mod sources;
pub mod sqs;

pub use engines::{DEFAULT_ENDPOINT, Engines, EnginesError};
pub use guard::{Act, Guard};
pub use handler::{Handler, Reply, reply};
pub use keys::Key;
