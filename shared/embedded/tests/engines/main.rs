//! The engines through the real SDK clients, over the resources of a template.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod dynamo;
mod endpoint;
mod rights;
mod s3;
mod signatures;
mod sources;
mod sqs;
mod stream;
mod survivors;
mod template;

use clock::{Clock, Hands};
use embedded::Engines;
use embedded::template::{Parameters, Stack, Template};

const TEMPLATE: &str = include_str!("template.yaml");

fn stack() -> Stack {
    Template::parse(TEMPLATE).unwrap().resolve(&Parameters::new("shop")).unwrap()
}

fn clock() -> (Clock, Hands) {
    Clock::manual("2026-11-21T12:00:00Z".parse().unwrap())
}

async fn engines() -> (Engines, Hands) {
    let (clock, hands) = clock();
    let engines = Engines::memory(clock).unwrap();
    engines.install(&stack()).await.unwrap();
    (engines, hands)
}
