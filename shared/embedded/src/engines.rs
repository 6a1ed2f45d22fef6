//! The engines together, and what the template has them hold.

use std::path::Path;
use std::sync::Arc;

use clock::Clock;

use crate::client::{self, Wiring};
use crate::dynamo::{DynamoEngine, DynamoError};
use crate::endpoint::AwsEndpoint;
use crate::guard::Guard;
use crate::handler::Handler;
use crate::keys::Key;
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
    guard: Guard,
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
    /// Engines that forget everything when they are dropped, at [`DEFAULT_ENDPOINT`] and with the key that
    /// everybody knows.
    pub fn memory(clock: Clock) -> Result<Engines, EnginesError> {
        Engines::memory_at(DEFAULT_ENDPOINT, Key::well_known(), clock)
    }

    /// The same for the owner of this key, with queue URLs and presigned URLs that point to this address.
    pub fn memory_at(endpoint: &str, owner: Key, clock: Clock) -> Result<Engines, EnginesError> {
        let guard = Guard::of(owner);
        let sqs = SqsEngine::memory(guard.clone(), clock.clone(), endpoint)?;
        Ok(Engines {
            dynamo: DynamoEngine::memory(guard.clone(), clock.clone())?,
            s3: S3Engine::memory(guard.clone(), sqs.clone(), clock.clone())?,
            sqs,
            guard,
            clock,
            endpoint: endpoint.to_owned(),
        })
    }

    /// Engines that keep everything under this directory, which is made when it is missing, at
    /// [`DEFAULT_ENDPOINT`] and with the key that everybody knows.
    pub fn on_disk(directory: &Path, clock: Clock) -> Result<Engines, EnginesError> {
        Engines::on_disk_at(DEFAULT_ENDPOINT, Key::well_known(), directory, clock)
    }

    /// The same for the owner of this key, with queue URLs and presigned URLs that point to this address.
    pub fn on_disk_at(
        endpoint: &str,
        owner: Key,
        directory: &Path,
        clock: Clock,
    ) -> Result<Engines, EnginesError> {
        std::fs::create_dir_all(directory)?;
        let guard = Guard::of(owner);
        let sqs = SqsEngine::on_disk(&directory.join("sqs.db"), guard.clone(), clock.clone(), endpoint)?;
        let (tables, objects) = (directory.join("dynamodb.db"), directory.join("s3"));
        Ok(Engines {
            dynamo: DynamoEngine::on_disk(&tables, guard.clone(), clock.clone())?,
            s3: S3Engine::on_disk(&objects, guard.clone(), sqs.clone(), clock.clone())?,
            sqs,
            guard,
            clock,
            endpoint: endpoint.to_owned(),
        })
    }

    /// Creates what the stack names and is missing, and holds its functions to their policies. What exists
    /// keeps its items, messages and objects, and queues are told of objects that a process made before it
    /// died.
    pub async fn install(&self, stack: &Stack) -> Result<(), EnginesError> {
        self.guard.know(&stack.functions);
        self.dynamo.create_tables(&stack.tables)?;
        self.sqs.create_queues(&stack.queues)?;
        self.s3.create_buckets(&stack.buckets)?;
        self.s3.tell_what_was_promised(&self.s3_client()).await?;
        Ok(())
    }

    /// Who may do what here.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// How the clients below are wired, for whoever makes clients over a handler of its own or for a
    /// function.
    pub fn wiring(&self) -> Wiring {
        Wiring::new(self.guard.owner().clone(), self.clock.clone(), &self.endpoint)
    }

    /// A DynamoDB client of the owner's, who may do everything.
    pub fn dynamo_client(&self) -> aws_sdk_dynamodb::Client {
        client::dynamo(Arc::new(self.dynamo.clone()), &self.wiring())
    }

    /// The same for SQS.
    pub fn sqs_client(&self) -> aws_sdk_sqs::Client {
        client::sqs(Arc::new(self.sqs.clone()), &self.wiring())
    }

    /// The same for S3.
    pub fn s3_client(&self) -> aws_sdk_s3::Client {
        client::s3(Arc::new(self.s3.clone()), &self.wiring())
    }

    /// What hyper serves on a port for S3 alone.
    pub fn s3_service(&self) -> S3Engine {
        self.s3.clone()
    }

    /// What hyper serves on a port for all three.
    pub fn aws_endpoint(&self) -> AwsEndpoint {
        self.aws_endpoint_over(Arc::new(self.dynamo.clone()))
    }

    /// The same with something that stands before the tables.
    pub fn aws_endpoint_over(&self, dynamo: Arc<dyn Handler>) -> AwsEndpoint {
        let (guard, clock) = (self.guard.clone(), self.clock.clone());
        AwsEndpoint { dynamo, sqs: Arc::new(self.sqs.clone()), s3: self.s3.clone(), guard, clock }
    }
}
