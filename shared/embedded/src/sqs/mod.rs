//! SQS in this process: queues in SQLite, in memory or in a file, on the wire types of `rustack`.
//!
//! The engine of `rustack` itself keeps messages in memory only, runs a task and a timer per queue and
//! reads the machine's clock, which suits neither a host that survives `kill -9` nor a simulation with
//! its own clock. So the queues are rows here: a send is answered after its row is written, a delete
//! after it is deleted, and delays, visibility, deduplication, receive counts and dead letters are
//! columns that survive a restart.
//!
//! Invariants:
//! - Time is the [`Clock`]'s. Only a long poll waits, and it waits by tokio's timer.
//! - Every other answer is complete when the handler's future is first polled, on no other thread.
//! - A FIFO group is blocked while one of its messages is in flight or delayed.
//! - A message is in exactly one queue: redrive moves its row, and its id stays.

mod attributes;
mod batch;
mod messages;
mod promises;
mod queues;
mod store;
mod stored;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use clock::Clock;
use futures::FutureExt;
use rusqlite::Connection;
use rustack_sqs_http::response::error_to_json;
use rustack_sqs_model::error::{SqsError, SqsErrorCode};
use rustack_sqs_model::input::ReceiveMessageInput;
use rustack_sqs_model::output::ReceiveMessageOutput;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Notify;

use crate::guard::{Guard, Signer, apology};
use crate::handler::{Handler, Reply, reply};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
/// The interval of a long poll, since visibility ends and delays pass without a signal.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The engine. Clones share it.
#[derive(Clone)]
pub struct SqsEngine {
    inner: Arc<Inner>,
    guard: Guard,
}

struct Inner {
    store: Mutex<Connection>,
    clock: Clock,
    endpoint: String,
    arrivals: Notify,
}

/// Why the engine failed.
#[derive(Debug, thiserror::Error)]
#[error("sqs: {0}")]
pub struct SqsEngineError(String);

impl SqsEngine {
    /// An engine in memory, which is lost when it is dropped. Queue URLs start with the endpoint.
    pub fn memory(guard: Guard, clock: Clock, endpoint: &str) -> Result<SqsEngine, SqsEngineError> {
        SqsEngine::over(Connection::open_in_memory()?, guard, clock, endpoint)
    }

    /// An engine on this file, which survives a `kill -9`.
    pub fn on_disk(
        file: &Path,
        guard: Guard,
        clock: Clock,
        endpoint: &str,
    ) -> Result<SqsEngine, SqsEngineError> {
        SqsEngine::over(Connection::open(file)?, guard, clock, endpoint)
    }

    fn over(
        store: Connection,
        guard: Guard,
        clock: Clock,
        endpoint: &str,
    ) -> Result<SqsEngine, SqsEngineError> {
        store.execute_batch(store::SCHEMA)?;
        let inner = Inner {
            store: Mutex::new(store),
            clock,
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            arrivals: Notify::new(),
        };
        Ok(SqsEngine { inner: Arc::new(inner), guard })
    }

    /// Whether no message waits, is hidden or is delayed in any queue but the dead-letter queues.
    pub fn is_idle(&self) -> Result<bool, SqsEngineError> {
        Ok(self.store().query_row(store::IDLE, [], |row| row.get(0))?)
    }

    /// Makes all messages in flight visible: when a process starts, their receivers ended with the one
    /// before. Answers how many.
    pub fn take_back(&self) -> Result<usize, SqsEngineError> {
        let now = self.now();
        Ok(self.store().execute(store::TAKE_BACK, [now])?)
    }

    fn store(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic interrupted was rolled back.
        self.inner.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since the epoch.
    fn now(&self) -> i64 {
        self.inner.clock.now().as_millisecond()
    }

    async fn answer(&self, operation: &str, body: &[u8]) -> Result<String, SqsError> {
        match operation {
            "ChangeMessageVisibility" => write(&self.change_visibility(read(body)?)?),
            "ChangeMessageVisibilityBatch" => write(&self.change_visibility_batch(read(body)?)?),
            "CreateQueue" => write(&self.create_queue(read(body)?)?),
            "DeleteMessage" => write(&self.delete(read(body)?)?),
            "DeleteMessageBatch" => write(&self.delete_batch(read(body)?)?),
            "DeleteQueue" => write(&self.delete_queue(read(body)?)?),
            "GetQueueAttributes" => write(&self.queue_attributes(read(body)?)?),
            "GetQueueUrl" => write(&self.queue_url(read(body)?)?),
            "ListQueues" => write(&self.list_queues(read(body)?)?),
            "PurgeQueue" => write(&self.purge_queue(read(body)?)?),
            "ReceiveMessage" => write(&self.receive_or_wait(read(body)?).await?),
            "SendMessage" => write(&self.send(read(body)?)?),
            "SendMessageBatch" => write(&self.send_batch(read(body)?)?),
            "SetQueueAttributes" => write(&self.set_queue_attributes(read(body)?)?),
            other => {
                Err(SqsError::new(SqsErrorCode::UnsupportedOperation, format!("{other} is not known here")))
            }
        }
    }

    /// Receives messages, or waits for the first one as long as the caller asks for.
    async fn receive_or_wait(&self, input: ReceiveMessageInput) -> Result<ReceiveMessageOutput, SqsError> {
        let mut left = self.willing_to_wait(&input)?;
        loop {
            let arrival = self.inner.arrivals.notified();
            let received = self.receive(&input)?;
            if !received.messages.is_empty() || left.is_zero() {
                return Ok(received);
            }
            let nap = left.min(LOOK_AGAIN);
            // Woken or timed out, it looks again.
            tokio::time::timeout(nap, arrival).await.ok();
            left -= nap;
        }
    }
}

impl Handler for SqsEngine {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let engine = self.clone();
        async move {
            let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
            let operation = target.and_then(|target| target.strip_prefix("AmazonSQS.")).unwrap_or_default();
            if let Some(signer) = engine.guard.signer(request.headers())
                && let Some(refused) = forbidden(&signer, operation, request.body())
            {
                return Ok(refused);
            }
            Ok::<_, ConnectorError>(match engine.answer(operation, request.body()).await {
                Ok(body) => reply(200, CONTENT_TYPE, body),
                Err(problem) => refusal(&problem),
            })
        }
        .boxed()
    }
}

/// SQS's refusal, if the signer may not do this with the queue.
fn forbidden(signer: &Signer<'_>, operation: &str, body: &[u8]) -> Option<http::Response<Bytes>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Named {
        queue_url: Option<String>,
        queue_name: Option<String>,
    }
    let named: Option<Named> = serde_json::from_slice(body).ok();
    let named = named.and_then(|named| named.queue_url.or(named.queue_name)).unwrap_or_default();
    let queue = named.rsplit('/').next().unwrap_or_default();
    // A batch needs the right of the single operation.
    let action = format!("sqs:{}", operation.strip_suffix("Batch").unwrap_or(operation));
    let refused = signer.may(&action, queue).err()?;
    let kind = "com.amazon.coral.service#AccessDeniedException";
    let body = json!({ "__type": kind, "message": apology(&refused) });
    let mut answer = reply(403, CONTENT_TYPE, body.to_string());
    let code = http::HeaderValue::from_static("AccessDenied;Sender");
    answer.headers_mut().insert("x-amzn-query-error", code);
    Some(answer)
}

fn refusal(problem: &SqsError) -> http::Response<Bytes> {
    let mut answer = reply(problem.code.status_code().as_u16(), CONTENT_TYPE, error_to_json(problem));
    if let Ok(code) = http::HeaderValue::from_str(&problem.code.query_error_header()) {
        answer.headers_mut().insert("x-amzn-query-error", code);
    }
    answer
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body).map_err(|problem| {
        let message = problem.to_string();
        match message.contains("missing field") {
            true => SqsError::missing_parameter(message),
            false => SqsError::invalid_parameter_value(message),
        }
    })
}

fn write<T: Serialize>(answer: &T) -> Result<String, SqsError> {
    serde_json::to_string(answer).map_err(|problem| SqsError::internal_error(problem.to_string()))
}

/// An error of the store, which is not the caller's fault.
fn broken(problem: rusqlite::Error) -> SqsError {
    SqsError::internal_error(problem.to_string())
}

impl fmt::Debug for SqsEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqsEngine")
    }
}

impl From<rusqlite::Error> for SqsEngineError {
    fn from(problem: rusqlite::Error) -> SqsEngineError {
        SqsEngineError(problem.to_string())
    }
}

impl From<SqsError> for SqsEngineError {
    fn from(problem: SqsError) -> SqsEngineError {
        SqsEngineError(problem.to_string())
    }
}
