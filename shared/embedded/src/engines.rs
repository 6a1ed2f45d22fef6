//! The engines together, and the template's resources in them.

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

/// The default address of the engines.
pub const DEFAULT_ENDPOINT: &str = "http://localhost:8081";

/// DynamoDB, SQS and S3 in this process. Clones share them.
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

/// Why the engines cannot be opened or set up.
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
    /// Engines in memory, which are lost when they are dropped, at [`DEFAULT_ENDPOINT`] and with
    /// [`Key::well_known`].
    pub fn memory(clock: Clock) -> Result<Engines, EnginesError> {
        Engines::memory_at(DEFAULT_ENDPOINT, Key::well_known(), clock)
    }

    /// The same with this owner's key, and with queue URLs and presigned URLs of this address.
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

    /// Engines on this directory, which is made when it is missing, at [`DEFAULT_ENDPOINT`] and with
    /// [`Key::well_known`].
    pub fn on_disk(directory: &Path, clock: Clock) -> Result<Engines, EnginesError> {
        Engines::on_disk_at(DEFAULT_ENDPOINT, Key::well_known(), directory, clock)
    }

    /// The same with this owner's key, and with queue URLs and presigned URLs of this address.
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

    /// Creates the missing resources of the stack, and enforces the policies of its functions. Existing
    /// resources keep their items, messages and objects, and notices of uploads are sent that a dead
    /// process had not sent.
    pub async fn install(&self, stack: &Stack) -> Result<(), EnginesError> {
        self.guard.know(&stack.functions);
        self.dynamo.create_tables(&stack.tables)?;
        self.sqs.create_queues(&stack.queues)?;
        self.s3.create_buckets(&stack.buckets)?;
        self.s3.tell_what_was_promised(&self.s3_client()).await?;
        Ok(())
    }

    /// The policies of the functions.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The wiring of the clients below, for clients over another handler or of a function.
    pub fn wiring(&self) -> Wiring {
        Wiring::new(self.guard.owner().clone(), self.clock.clone(), &self.endpoint)
    }

    /// A DynamoDB client with all rights.
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

    /// S3 alone as a service for hyper.
    pub fn s3_service(&self) -> S3Engine {
        self.s3.clone()
    }

    /// All three as a service for hyper.
    pub fn aws_endpoint(&self) -> AwsEndpoint {
        self.aws_endpoint_over(Arc::new(self.dynamo.clone()))
    }

    /// The same with another handler before the tables.
    pub fn aws_endpoint_over(&self, dynamo: Arc<dyn Handler>) -> AwsEndpoint {
        let (guard, clock) = (self.guard.clone(), self.clock.clone());
        AwsEndpoint { dynamo, sqs: Arc::new(self.sqs.clone()), s3: self.s3.clone(), guard, clock }
    }
}
