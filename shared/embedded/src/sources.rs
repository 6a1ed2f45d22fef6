//! The work of Lambda between a queue or a stream and a function: poll, invoke, settle.
//!
//! There is one [`Pump`] for every event source of the stack. One [`turn`](Pump::turn) takes at most
//! one batch and settles it, so a test or the simulation can run the whole market step by step on one
//! thread, and the embedded host runs every pump by itself.
//!
//! Invariants, as on AWS: a stream advances only past records that its function has handled, and a
//! batch that fails is retried, halved, and in the end sent to its failure queue; of a queue's batch,
//! the messages that the function did not report as failed are deleted, and the rest comes back after
//! the visibility timeout.

use std::future::Future;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::Engines;
use crate::client::REGION;
use crate::dynamo::{Batch, DynamoError, Position, StreamReader};
use crate::template::{Function, QueueSource, Source, Stack, StreamSource};

/// Why a pump could not take or settle a batch. A failing function is not an error of the pump.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The stream.
    #[error(transparent)]
    Stream(#[from] DynamoError),
    /// The queue.
    #[error("{0}")]
    Queue(String),
    /// The source names something that is not in the stack.
    #[error("{0} is not part of the stack")]
    Unknown(String),
}

/// The outcome of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// There was no batch.
    Idle,
    /// So many records or messages were settled.
    Settled(usize),
    /// A batch failed, and some of it will be retried.
    Failed,
}

/// One event source with its function.
#[derive(Debug)]
pub struct Pump {
    /// The function's logical id.
    pub function: String,
    /// The source's name in the template.
    pub source: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Stream(Box<StreamPump>),
    Queue(QueuePump),
}

#[derive(Debug)]
struct StreamPump {
    reader: StreamReader,
    source: StreamSource,
    sqs: aws_sdk_sqs::Client,
    on_failure: Option<String>,
    tries: u32,
    /// After a failure a batch is halved, and the halves are retried before anything else.
    halves: Vec<Batch>,
}

#[derive(Debug)]
struct QueuePump {
    sqs: aws_sdk_sqs::Client,
    url: String,
    source: QueueSource,
}

/// One pump for every event source of a stack. Schedules are not among them: they have no batches.
pub fn pumps(engines: &Engines, stack: &Stack) -> Result<Vec<Pump>, SourceError> {
    let mut pumps = Vec::new();
    for function in &stack.functions {
        for source in &function.sources {
            pumps.extend(pump(engines, stack, function, source)?);
        }
    }
    Ok(pumps)
}

fn pump(
    engines: &Engines,
    stack: &Stack,
    function: &Function,
    source: &Source,
) -> Result<Option<Pump>, SourceError> {
    let url = |arn: &str| {
        let queue = stack.queue_by_arn(arn).ok_or_else(|| SourceError::Unknown(arn.to_owned()));
        queue.map(|queue| queue.url.clone())
    };
    let (name, kind) = match source {
        Source::Stream(source) => {
            let table = stack.table(&source.table);
            let table = table.ok_or_else(|| SourceError::Unknown(source.table.clone()))?;
            let name = &source.logical_id;
            let reader = StreamReader::open(&engines.dynamo, name, table, &source.filters, source.batch)?;
            let on_failure = source.on_failure.as_deref().map(url).transpose()?;
            let (sqs, source) = (engines.sqs_client(), source.clone());
            let pump = StreamPump { reader, source, sqs, on_failure, tries: 0, halves: Vec::new() };
            (name.clone(), Kind::Stream(Box::new(pump)))
        }
        Source::Queue(source) => {
            let url = url(&source.queue_arn)?;
            let pump = QueuePump { sqs: engines.sqs_client(), url, source: source.clone() };
            (source.logical_id.clone(), Kind::Queue(pump))
        }
        Source::Bucket(_) | Source::Schedule(_) => return Ok(None),
    };
    Ok(Some(Pump { function: function.logical_id.clone(), source: name, kind }))
}

impl Pump {
    /// The table whose stream it reads.
    pub fn table(&self) -> Option<&str> {
        match &self.kind {
            Kind::Stream(pump) => Some(pump.reader.table()),
            Kind::Queue(_) => None,
        }
    }

    /// Takes one batch, if there is one, and settles it. `patience` is for how many seconds a queue is
    /// polled before the turn counts as idle.
    pub async fn turn<F, Fut>(&mut self, patience: i32, invoke: F) -> Result<Turn, SourceError>
    where
        F: Fn(Value) -> Fut,
        Fut: Future<Output = Result<Value, String>>,
    {
        match &mut self.kind {
            Kind::Stream(pump) => pump.turn(invoke).await,
            Kind::Queue(pump) => pump.turn(patience, invoke).await,
        }
    }
}

impl StreamPump {
    async fn turn<F, Fut>(&mut self, invoke: F) -> Result<Turn, SourceError>
    where
        F: Fn(Value) -> Fut,
        Fut: Future<Output = Result<Value, String>>,
    {
        let batch = match self.halves.pop() {
            Some(half) => half,
            None => match self.reader.next_batch()? {
                Some(batch) => batch,
                None => return Ok(Turn::Idle),
            },
        };
        let failed_at = match invoke(batch.event.clone()).await {
            Ok(answer) if self.source.reports_failures => first_failure(&answer).map(|at| batch.before(&at)),
            Ok(_) => None,
            Err(fault) => {
                tracing::warn!(fault, source = self.source.logical_id, "a batch of a stream failed");
                Some(batch.start())
            }
        };
        let Some(place) = failed_at else {
            self.tries = 0;
            self.reader.done(batch.end)?;
            return Ok(Turn::Settled(batch.len()));
        };
        self.fail(batch, place).await?;
        Ok(Turn::Failed)
    }

    /// Resumes right before the failure; halves a batch that failed as a whole; gives up in the end.
    async fn fail(&mut self, batch: Batch, place: Position) -> Result<(), SourceError> {
        if place > batch.start() {
            self.halves.clear();
            self.tries = 0;
            self.reader.done(place)?;
            return Ok(());
        }
        self.tries += 1;
        if self.source.retries.is_some_and(|retries| self.tries > retries) {
            return match batch.halves().filter(|_| self.source.bisect) {
                Some((first, second)) => {
                    self.tries = 0;
                    self.halves.push(second);
                    self.halves.push(first);
                    Ok(())
                }
                None => self.give_up(batch).await,
            };
        }
        self.halves.push(batch);
        Ok(())
    }

    async fn give_up(&mut self, batch: Batch) -> Result<(), SourceError> {
        tracing::warn!(source = self.source.logical_id, records = batch.len(), "a batch is given up");
        if let Some(url) = &self.on_failure {
            let note = json!({
                "requestContext": { "condition": "RetryAttemptsExhausted" },
                "DDBStreamBatchInfo": { "batchSize": batch.len(), "records": batch.event["Records"] },
            });
            let request = self.sqs.send_message().queue_url(url).message_body(note.to_string());
            request.send().await.map_err(trouble)?;
        }
        self.tries = 0;
        Ok(self.reader.done(batch.end)?)
    }
}

fn first_failure(answer: &Value) -> Option<String> {
    let failures = answer["batchItemFailures"].as_array()?;
    Some(failures.first()?["itemIdentifier"].as_str().unwrap_or_default().to_owned())
}

impl QueuePump {
    async fn turn<F, Fut>(&mut self, patience: i32, invoke: F) -> Result<Turn, SourceError>
    where
        F: Fn(Value) -> Fut,
        Fut: Future<Output = Result<Value, String>>,
    {
        let most = i32::try_from(self.source.batch).unwrap_or(10).clamp(1, 10);
        let request = self.sqs.receive_message().queue_url(&self.url).max_number_of_messages(most);
        let request = request.wait_time_seconds(patience);
        let request = request.message_system_attribute_names(MessageSystemAttributeName::All);
        let request = request.message_attribute_names("All");
        let messages = request.send().await.map_err(trouble)?.messages.unwrap_or_default();
        if messages.is_empty() {
            return Ok(Turn::Idle);
        }
        let records: Vec<_> = messages.iter().map(|message| self.record(message)).collect();
        let failed = match invoke(json!({ "Records": records })).await {
            Ok(answer) if self.source.reports_failures => failures(&answer, &messages),
            Ok(_) => Vec::new(),
            Err(fault) => {
                tracing::warn!(fault, source = self.source.logical_id, "a batch of messages failed");
                messages.iter().filter_map(|message| message.message_id.clone()).collect()
            }
        };
        let done = messages
            .iter()
            .filter(|message| !message.message_id.as_ref().is_some_and(|id| failed.contains(id)));
        let done: Vec<_> = done.collect();
        self.delete(&done).await?;
        Ok(if done.len() == messages.len() { Turn::Settled(done.len()) } else { Turn::Failed })
    }

    async fn delete(&self, messages: &[&Message]) -> Result<(), SourceError> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut request = self.sqs.delete_message_batch().queue_url(&self.url);
        for (n, message) in messages.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
            let entry = entry.receipt_handle(message.receipt_handle().unwrap_or_default()).build();
            request = request.entries(entry.map_err(|e| SourceError::Queue(e.to_string()))?);
        }
        request.send().await.map(drop).map_err(trouble)
    }

    /// A message as Lambda passes it to a function.
    fn record(&self, message: &Message) -> Value {
        let attributes = message.attributes.iter().flatten();
        let attributes: Map<_, _> =
            attributes.map(|(name, value)| (name.as_str().to_owned(), Value::from(value.as_str()))).collect();
        json!({
            "messageId": message.message_id(),
            "receiptHandle": message.receipt_handle(),
            "body": message.body(),
            "attributes": attributes,
            "messageAttributes": message.message_attributes.iter().flatten().map(attribute).collect::<Map<_, _>>(),
            "md5OfBody": message.md5_of_body(),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.source.queue_arn,
            "awsRegion": REGION,
        })
    }
}

/// An attribute of a message, as Lambda passes it to a function.
fn attribute((name, value): (&String, &MessageAttributeValue)) -> (String, Value) {
    let mut attribute = json!({
        "stringListValues": value.string_list_values(),
        "binaryListValues": [],
        "dataType": value.data_type(),
    });
    if let Some(text) = value.string_value() {
        attribute["stringValue"] = text.into();
    }
    if let Some(bytes) = value.binary_value() {
        attribute["binaryValue"] = STANDARD.encode(bytes).into();
    }
    (name.clone(), attribute)
}

/// An id that is empty or not in the batch fails the whole batch, as on AWS.
fn failures(answer: &Value, messages: &[Message]) -> Vec<String> {
    let all = || messages.iter().filter_map(|message| message.message_id.clone());
    let named = answer["batchItemFailures"].as_array().into_iter().flatten();
    let named: Vec<_> =
        named.map(|failure| failure["itemIdentifier"].as_str().unwrap_or_default().to_owned()).collect();
    let unknown = named.iter().any(|id| !all().any(|known| known == *id));
    if unknown { all().collect() } else { named }
}

fn trouble<E, R>(error: aws_sdk_sqs::error::SdkError<E, R>) -> SourceError
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug,
{
    SourceError::Queue(DisplayErrorContext(error).to_string())
}
