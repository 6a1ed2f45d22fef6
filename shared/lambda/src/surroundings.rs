//! What every host gives a room.

use ask::Peers;
use auth::{Authority, Keychain};
use blob::Bucket;
use clock::Clock;
use dynamo::Table;
use ids::Mint;
use jiff::SignedDuration;
use observe::Sink;
use queue::{Queue, Timers};
use vault::Vault;
use web::{Buckets, Door, Recent};

use crate::authority::Identity;
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

/// What a room needs and does not own.
#[derive(Clone)]
pub struct Surroundings {
    /// The function's environment.
    pub env: Env,
    /// The AWS services.
    pub aws: Aws,
    /// The clock.
    pub clock: Clock,
    /// The source of ids.
    pub mint: Mint,
    /// The seed of pauses and choices of shard.
    pub seed: u64,
    /// The secrets by name.
    pub vault: Vault,
    /// The other rooms, if the role may ask them.
    pub peers: Option<Peers>,
    /// The sink of the wide events.
    pub sink: Sink,
}

impl Surroundings {
    /// The room's own table. Each one handed out has a seed of its own: two with the same would draw
    /// the same write tokens, and DynamoDB would take a transaction of one for a broken retry of the
    /// other's.
    pub fn table(&self) -> Result<Table, Unready> {
        let seed = self.seed ^ self.mint.uuid().as_u64_pair().1;
        Ok(Table::new(self.aws.dynamo.clone(), self.env.need("TABLE")?, seed))
    }

    /// The room's timers.
    pub fn timers(&self) -> Result<Timers, Unready> {
        Ok(Timers::new(self.aws.sqs.clone(), self.env.need("TIMERS_QUEUE_URL")?))
    }

    /// The queue with the address in this variable.
    pub fn queue(&self, variable: &str) -> Result<Queue, Unready> {
        Ok(Queue::new(self.aws.sqs.clone(), self.env.need(variable)?))
    }

    /// The bucket with the name in this variable.
    pub fn bucket(&self, variable: &str) -> Result<Bucket, Unready> {
        let bucket = Bucket::new(self.aws.s3.clone(), self.env.need(variable)?);
        Ok(bucket.presigning_with(self.aws.s3_public.clone()))
    }

    /// The room's door, whose authority is `identity`.
    pub fn door(&self, room: &'static str) -> Result<Door, Unready> {
        self.door_believing(room, Identity(self.peers()?))
    }

    /// The same with another authority, for `identity` itself.
    pub fn door_believing(
        &self,
        room: &'static str,
        authority: impl Authority + 'static,
    ) -> Result<Door, Unready> {
        let (issuer, audience) = (self.env.need("AUTH_ISSUER")?, self.env.need("AUTH_AUDIENCE")?);
        let limits = self.env.get("LIMITS") != Some("off");
        let recent = self.env.get("RECENT") != Some("off");
        Ok(Door {
            room,
            keychain: Keychain::new(authority, issuer, audience, self.clock.clone()),
            buckets: if limits { Buckets::counting() } else { Buckets::bottomless() },
            recent: if recent { Recent::by(self.clock.clone()) } else { Recent::nothing() },
            table: self.table()?,
            clock: self.clock.clone(),
            mint: self.mint.clone(),
            sink: self.sink.clone(),
            deadline: SignedDuration::from_secs(self.env.parsed("DEADLINE_SECONDS", 15)?),
            proxies: self.env.parsed("PROXIES", 0)?,
        })
    }

    /// The other rooms.
    pub fn peers(&self) -> Result<Peers, Unready> {
        self.peers.clone().ok_or_else(|| Unready::because("this role asks no rooms"))
    }
}
