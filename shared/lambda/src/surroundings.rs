//! What a room finds around it on whatever host it runs.

use std::sync::Arc;

use ask::Peers;
use blob::Bucket;
use clock::Clock;
use dynamo::Table;
use ids::Mint;
use observe::Sink;
use queue::{Queue, Timers};

use crate::{Env, Unready};

/// The AWS services, by SDK clients that lead to AWS, to an emulator, or to engines in process.
#[derive(Clone, Debug)]
pub struct Aws {
    /// DynamoDB.
    pub dynamo: aws_sdk_dynamodb::Client,
    /// SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// S3.
    pub s3: aws_sdk_s3::Client,
    /// S3 under the name by which a browser finds it, for presigned links.
    pub s3_public: aws_sdk_s3::Client,
}

/// Everything that a room does not own but needs.
#[derive(Clone)]
pub struct Surroundings {
    /// The function's environment.
    pub env: Env,
    /// The AWS services.
    pub aws: Aws,
    /// What time it is.
    pub clock: Clock,
    /// Where ids come from.
    pub mint: Mint,
    /// Where pauses and choices of shard come from.
    pub seed: u64,
    /// The other rooms.
    pub peers: Peers,
    /// The keys that asks are signed with.
    pub ask_keys: Arc<ask::AskKeys>,
    /// Where the wide events go.
    pub sink: Sink,
}

impl Surroundings {
    /// The room's own table.
    pub fn table(&self) -> Result<Table, Unready> {
        Ok(Table::new(self.aws.dynamo.clone(), self.env.need("TABLE")?, self.seed))
    }

    /// The room's timers.
    pub fn timers(&self) -> Result<Timers, Unready> {
        Ok(Timers::new(self.aws.sqs.clone(), self.env.need("TIMERS_QUEUE_URL")?))
    }

    /// The queue whose address stands in this variable.
    pub fn queue(&self, variable: &str) -> Result<Queue, Unready> {
        Ok(Queue::new(self.aws.sqs.clone(), self.env.need(variable)?))
    }

    /// The bucket whose name stands in this variable.
    pub fn bucket(&self, variable: &str) -> Result<Bucket, Unready> {
        let bucket = Bucket::new(self.aws.s3.clone(), self.env.need(variable)?);
        Ok(bucket.presigning_with(self.aws.s3_public.clone()))
    }
}
