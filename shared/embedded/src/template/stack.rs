//! A resolved template: tables, queues, buckets, functions and routes as plain structs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cron::Cron;
use crate::pattern::Pattern;

use super::Resource;

/// The stack that a template is resolved for.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// `AWS::StackName`.
    pub stack: String,
    /// `AWS::AccountId`.
    pub account: String,
    /// `AWS::Region`.
    pub region: String,
    /// The address of queues and buckets, such as `http://localhost:8081`.
    pub endpoint: String,
    /// The address of the HTTP API, such as `http://localhost:8080`.
    pub api: String,
    /// The template's own parameters that differ from their defaults.
    pub overrides: BTreeMap<String, String>,
}

impl Parameters {
    /// A stack of this name on the embedded host's usual addresses, with every default.
    pub fn new(stack: &str) -> Parameters {
        Parameters {
            stack: stack.to_owned(),
            account: "000000000000".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: "http://localhost:8081".to_owned(),
            api: "http://localhost:8080".to_owned(),
            overrides: BTreeMap::new(),
        }
    }

    /// The same with one of the template's parameters set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Parameters {
        self.overrides.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// All resources of a stack, ordered by logical id.
#[derive(Debug, Clone)]
pub struct Stack {
    /// `AWS::StackName`.
    pub name: String,
    /// The template's parameters with their values.
    pub parameters: BTreeMap<String, String>,
    /// DynamoDB tables.
    pub tables: Vec<Table>,
    /// SQS queues.
    pub queues: Vec<Queue>,
    /// S3 buckets.
    pub buckets: Vec<Bucket>,
    /// Secrets that are generated when the stack is made.
    pub secrets: Vec<Secret>,
    /// Lambda functions with their event sources.
    pub functions: Vec<Function>,
    /// The HTTP API's routes.
    pub routes: Vec<Route>,
    /// Every resource whose condition holds, as written.
    pub resources: BTreeMap<String, Resource>,
}

impl Stack {
    /// The table of this physical name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The queue of this logical id.
    pub fn queue(&self, logical_id: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.logical_id == logical_id)
    }

    /// The queue of this ARN.
    pub fn queue_by_arn(&self, arn: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.arn == arn)
    }

    /// The function of this logical id.
    pub fn function(&self, logical_id: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.logical_id == logical_id)
    }
}

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name in the template.
    pub logical_id: String,
    /// Its physical name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Attribute name to `S`, `N` or `B`.
    pub attributes: BTreeMap<String, String>,
    /// The primary key.
    pub key: Key,
    /// Global secondary indexes.
    pub indexes: Vec<Index>,
    /// The attribute with the epoch second after which TTL may delete an item.
    pub ttl: Option<String>,
    /// The content of a stream record, such as `NEW_AND_OLD_IMAGES`; `None` without a stream.
    pub stream: Option<String>,
}

/// A key of a table or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The partition key's attribute.
    pub hash: String,
    /// The sort key's attribute.
    pub range: Option<String>,
}

/// A global secondary index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: Key,
    /// The attributes that it has of an item.
    pub projection: Projection,
}

/// The attributes that an index has of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    /// Everything.
    All,
    /// Its own keys and the table's.
    KeysOnly,
    /// The keys and these attributes.
    Include(Vec<String>),
}

/// An SQS queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name in the template.
    pub logical_id: String,
    /// Its physical name.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// Its ARN.
    pub arn: String,
    /// Whether it keeps the order within a group.
    pub fifo: bool,
    /// Whether equal bodies count as one message.
    pub content_based_deduplication: bool,
    /// `queue` or `messageGroup`.
    pub deduplication_scope: Option<String>,
    /// How long a message waits before it can be received.
    pub delay: Duration,
    /// How long a received message is hidden.
    pub visibility: Duration,
    /// How long a message is kept.
    pub retention: Duration,
    /// The dead-letter queue, if there is one.
    pub redrive: Option<Redrive>,
}

/// When a message moves to the dead-letter queue, and to which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// ARN of the dead-letter queue.
    pub dead_letter_arn: String,
    /// After how many receives.
    pub max_receive_count: u32,
}

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name in the template.
    pub logical_id: String,
    /// Its physical name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The notifications of new objects.
    pub notices: Vec<Notice>,
    /// The CORS rules.
    pub cors: Vec<CorsRule>,
}

/// A notification to a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Such as `s3:ObjectCreated:*`.
    pub event: String,
    /// The queue's ARN.
    pub queue_arn: String,
    /// Only for keys with this prefix.
    pub prefix: String,
    /// Only for keys with this suffix.
    pub suffix: String,
}

/// A secret in Secrets Manager, whose text is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name in the template.
    pub logical_id: String,
    /// Its physical name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its length in characters.
    pub length: usize,
    /// Its characters.
    pub alphabet: Vec<char>,
}

/// One CORS rule of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsRule {
    /// Such as `*` or `https://shop.example`.
    pub origins: Vec<String>,
    /// Such as `PUT`.
    pub methods: Vec<String>,
    /// Request headers a script may send.
    pub headers: Vec<String>,
    /// Response headers a script may read.
    pub exposed: Vec<String>,
    /// How many seconds a browser may cache the answer.
    pub max_age: Option<u64>,
}

/// A Lambda function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name in the template.
    pub logical_id: String,
    /// Its physical name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The binary it runs: the last part of `CodeUri`.
    pub binary: String,
    /// Megabytes of memory.
    pub memory: u32,
    /// The timeout of an invocation.
    pub timeout: Duration,
    /// Its environment, `Globals` included.
    pub environment: BTreeMap<String, String>,
    /// The rights of its policies.
    pub rights: BTreeSet<Right>,
    /// Its event sources besides the HTTP API.
    pub sources: Vec<Source>,
}

/// A right of a function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// The action, such as `dynamodb:GetItem`.
    pub action: String,
    /// The ARN of the resource.
    pub resource: String,
}

/// An event source of a function.
#[derive(Debug, Clone)]
pub enum Source {
    /// Changes of a table.
    Stream(StreamSource),
    /// Messages of a queue.
    Queue(QueueSource),
    /// Objects of a bucket.
    Bucket(BucketSource),
    /// A schedule.
    Schedule(ScheduleSource),
}

/// A table's stream as a source.
#[derive(Debug, Clone)]
pub struct StreamSource {
    /// Its name in the template.
    pub logical_id: String,
    /// The table's physical name.
    pub table: String,
    /// The most records per invocation.
    pub batch: usize,
    /// The filters, one of which a record has to match; without any, all records pass.
    pub filters: Vec<Pattern>,
    /// Whether a failing batch is halved to find the record.
    pub bisect: bool,
    /// How often a failing batch is retried; `None` is until the record leaves the stream.
    pub retries: Option<u32>,
    /// Whether the function reports from which record on a batch failed.
    pub reports_failures: bool,
    /// ARN of the queue for batches that are given up.
    pub on_failure: Option<String>,
}

/// A queue as a source.
#[derive(Debug, Clone)]
pub struct QueueSource {
    /// Its name in the template.
    pub logical_id: String,
    /// The queue's ARN.
    pub queue_arn: String,
    /// The most messages per invocation.
    pub batch: usize,
    /// The most concurrent invocations.
    pub concurrency: Option<usize>,
    /// Whether the function reports which messages failed.
    pub reports_failures: bool,
}

/// A bucket as a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSource {
    /// Its name in the template.
    pub logical_id: String,
    /// The bucket's physical name.
    pub bucket: String,
    /// The events, such as `s3:ObjectCreated:*`.
    pub events: Vec<String>,
    /// Only keys with this prefix.
    pub prefix: String,
    /// Only keys with this suffix.
    pub suffix: String,
}

/// A schedule as a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleSource {
    /// Its name in the template.
    pub logical_id: String,
    /// When it fires.
    pub expression: Expression,
    /// The event of the function, as JSON text.
    pub input: Option<String>,
    /// Whether it fires at all.
    pub enabled: bool,
}

/// When a schedule fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// At this interval.
    Rate(Duration),
    /// By a cron expression.
    Cron(Cron),
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its name in the template.
    pub logical_id: String,
    /// `GET` and so on, or `ANY`.
    pub method: String,
    /// Such as `/catalog/{proxy+}`, or `$default`.
    pub path: String,
    /// Logical id of the function that answers.
    pub function: String,
}
