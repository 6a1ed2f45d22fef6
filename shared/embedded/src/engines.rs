//! The engines together, and what the template has them hold.

use std::path::Path;
use std::sync::Arc;

use clock::Clock;

use crate::client::{self, Wiring};
use crate::dynamo::{DynamoEngine, DynamoError};
use crate::template::Stack;

/// DynamoDB, SQS and S3 in this process. Clones are the same engines.
#[derive(Debug, Clone)]
pub struct Engines {
    /// The tables.
    pub dynamo: DynamoEngine,
    wiring: Wiring,
}

/// Why the engines cannot be opened or filled.
#[derive(Debug, thiserror::Error)]
pub enum EnginesError {
    /// The tables.
    #[error(transparent)]
    Dynamo(#[from] DynamoError),
    /// The directory.
    #[error("the data directory: {0}")]
    Directory(#[from] std::io::Error),
}

impl Engines {
    /// Engines that forget everything when they are dropped.
    pub fn memory(clock: Clock) -> Result<Engines, EnginesError> {
        let wiring = Wiring::new(clock.clone(), DEFAULT_ENDPOINT);
        Ok(Engines { dynamo: DynamoEngine::memory(clock)?, wiring })
    }

    /// Engines that keep everything under this directory, which is made when it is missing.
    pub fn on_disk(directory: &Path, clock: Clock) -> Result<Engines, EnginesError> {
        std::fs::create_dir_all(directory)?;
        let wiring = Wiring::new(clock.clone(), DEFAULT_ENDPOINT);
        Ok(Engines { dynamo: DynamoEngine::on_disk(&directory.join("dynamodb.db"), clock)?, wiring })
    }

    /// The same engines with clients that are wired otherwise.
    #[must_use]
    pub fn wired(mut self, wiring: Wiring) -> Engines {
        self.wiring = wiring;
        self
    }

    /// Creates what the stack names and is missing. What exists stays as it is.
    pub async fn install(&self, stack: &Stack) -> Result<(), EnginesError> {
        self.dynamo.create_tables(&stack.tables)?;
        Ok(())
    }

    /// A DynamoDB client.
    pub fn dynamo_client(&self) -> aws_sdk_dynamodb::Client {
        client::dynamo(Arc::new(self.dynamo.clone()), &self.wiring)
    }
}

/// Where the embedded host serves the engines unless it is told otherwise.
pub const DEFAULT_ENDPOINT: &str = "http://localhost:8081";
