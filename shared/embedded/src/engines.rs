//! The engines together, and what the template has them hold.

use std::path::Path;
use std::sync::Arc;

use clock::Clock;

use crate::client::{self, Wiring};
use crate::dynamo::{DynamoEngine, DynamoError};
use crate::endpoint::AwsEndpoint;
use crate::s3::{S3Engine, S3Error};
use crate::sqs::{SqsEngine, SqsEngineError};
use crate::template::Stack;

/// Where the embedded host serves the engines unless it is told otherwise.
pub const DEFAULT_ENDPOINT: &str = "http://localhost:8081";

/// DynamoDB, SQS and S3 in this process. Clones are the same engines.
#[derive(Debug, Clone)]
pub struct Engines {
    /// The tables.
    pub dynamo: DynamoEngine,
    /// The queues.
    pub sqs: SqsEngine,
    /// The buckets.
    pub s3: S3Engine,
    clock: Clock,
    endpoint: String,
}

/// Why the engines cannot be opened or filled.
#[derive(Debug, thiserror::Error)]
pub enum EnginesError {
    /// The tables.
    #[error(transparent)]
    Dynamo(#[from] DynamoError),
    /// The queues.
    #[error(transparent)]
    Sqs(#[from] SqsEngineError),
    /// The buckets.
    #[error(transparent)]
    S3(#[from] S3Error),
    /// The directory.
    #[error("the data directory: {0}")]
    Directory(#[from] std::io::Error),
}

impl Engines {
    /// Engines that forget everything when they are dropped, at [`DEFAULT_ENDPOINT`].
    pub fn memory(clock: Clock) -> Result<Engines, EnginesError> {
        Engines::memory_at(DEFAULT_ENDPOINT, clock)
    }

    /// The same, with queue URLs and presigned URLs that point to this address.
    pub fn memory_at(endpoint: &str, clock: Clock) -> Result<Engines, EnginesError> {
        let sqs = SqsEngine::memory(clock.clone(), endpoint)?;
        Ok(Engines {
            dynamo: DynamoEngine::memory(clock.clone())?,
            s3: S3Engine::memory(sqs.clone(), clock.clone())?,
            sqs,
            clock,
            endpoint: endpoint.to_owned(),
        })
    }

    /// Engines that keep everything under this directory, which is made when it is missing, at
    /// [`DEFAULT_ENDPOINT`].
    pub fn on_disk(directory: &Path, clock: Clock) -> Result<Engines, EnginesError> {
        Engines::on_disk_at(DEFAULT_ENDPOINT, directory, clock)
    }

    /// The same, with queue URLs and presigned URLs that point to this address.
    pub fn on_disk_at(endpoint: &str, directory: &Path, clock: Clock) -> Result<Engines, EnginesError> {
        std::fs::create_dir_all(directory)?;
        let sqs = SqsEngine::on_disk(&directory.join("sqs.db"), clock.clone(), endpoint)?;
        Ok(Engines {
            dynamo: DynamoEngine::on_disk(&directory.join("dynamodb.db"), clock.clone())?,
            s3: S3Engine::on_disk(&directory.join("s3"), sqs.clone(), clock.clone())?,
            sqs,
            clock,
            endpoint: endpoint.to_owned(),
        })
    }

    /// Creates what the stack names and is missing. What exists keeps its items, messages and objects,
    /// and queues are told of objects that a process made before it died.
    pub async fn install(&self, stack: &Stack) -> Result<(), EnginesError> {
        self.dynamo.create_tables(&stack.tables)?;
        self.sqs.create_queues(&stack.queues)?;
        self.s3.create_buckets(&stack.buckets)?;
        self.s3.tell_what_was_promised(&self.s3_client()).await?;
        Ok(())
    }

    /// How the clients below are wired, for whoever makes clients over a handler of its own.
    pub fn wiring(&self) -> Wiring {
        Wiring::new(self.clock.clone(), &self.endpoint)
    }

    /// A DynamoDB client.
    pub fn dynamo_client(&self) -> aws_sdk_dynamodb::Client {
        client::dynamo(Arc::new(self.dynamo.clone()), &self.wiring())
    }

    /// An SQS client.
    pub fn sqs_client(&self) -> aws_sdk_sqs::Client {
        client::sqs(Arc::new(self.sqs.clone()), &self.wiring())
    }

    /// An S3 client.
    pub fn s3_client(&self) -> aws_sdk_s3::Client {
        client::s3(Arc::new(self.s3.clone()), &self.wiring())
    }

    /// What hyper serves on a port for S3 alone.
    pub fn s3_service(&self) -> S3Engine {
        self.s3.clone()
    }

    /// What hyper serves on a port for all three.
    pub fn aws_endpoint(&self) -> AwsEndpoint {
        AwsEndpoint::new(Arc::new(self.dynamo.clone()), Arc::new(self.sqs.clone()), self.s3.clone())
    }
}
