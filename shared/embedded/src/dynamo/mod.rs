//! DynamoDB in this process: `dynoxide` on SQLite, in memory or in a file.
//!
//! Streams, TTL and transaction tokens go by the [`Clock`] of the engine, also on disk. DynamoDB
//! deletes expired items some time later; here [`DynamoEngine::sweep`] does.
//!
//! Invariant: every answer is complete when the handler's future is first polled. There are no threads
//! and no waiting, so a simulation on one thread alone decides what happens when. The engine never
//! throttles and never reports a transaction conflict.

mod operations;
mod rights;
mod stream;
mod tables;
mod tokens;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use clock::Clock;
use dynoxide::DynoxideError;
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::storage::Storage;
use futures::FutureExt;
use rusqlite::config::DbConfig;

pub use stream::{Batch, Position, StreamReader};

use crate::guard::Guard;
use crate::handler::{Handler, Reply, reply};
use tokens::Tokens;

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// The engine. Clones share it.
#[derive(Clone)]
pub struct DynamoEngine {
    inner: Arc<Inner>,
    guard: Guard,
}

struct Inner {
    storage: Mutex<Storage>,
    tokens: Mutex<Tokens>,
    vectors: VectorIndexLifecycle,
    clock: Clock,
}

/// Why the engine failed.
#[derive(Debug, thiserror::Error)]
#[error("dynamodb: {0}")]
pub struct DynamoError(String);

impl DynamoEngine {
    /// An engine in memory, which is lost when it is dropped.
    pub fn memory(guard: Guard, clock: Clock) -> Result<DynamoEngine, DynamoError> {
        DynamoEngine::over(Storage::memory()?, guard, clock)
    }

    /// An engine on this file, which survives a `kill -9`.
    pub fn on_disk(file: &Path, guard: Guard, clock: Clock) -> Result<DynamoEngine, DynamoError> {
        let name =
            file.to_str().ok_or_else(|| DynamoError(format!("{} is not a UTF-8 path", file.display())))?;
        DynamoEngine::over(Storage::new(name)?, guard, clock)
    }

    fn over(storage: Storage, guard: Guard, clock: Clock) -> Result<DynamoEngine, DynamoError> {
        let storage = storage.with_clock(Arc::new(Ticking(clock.clone())));
        // A write-ahead log that is not flushed at every commit survives the death of the process,
        // which is all that a laptop needs. The index finds the next sequence number of a stream, so
        // that a write costs the same after a million records as after one.
        storage.conn().execute_batch(
            "PRAGMA synchronous = NORMAL;
             CREATE INDEX IF NOT EXISTS stream_order
                 ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
             CREATE TABLE IF NOT EXISTS stream_positions (
                 reader TEXT PRIMARY KEY, table_name TEXT NOT NULL, position INTEGER NOT NULL);",
        )?;
        // Without this SQLite compiles a statement again for each value that is bound to it.
        storage.conn().set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let inner = Inner {
            storage: Mutex::new(storage),
            tokens: Mutex::new(Tokens::default()),
            vectors: VectorIndexLifecycle::new(),
            clock,
        };
        Ok(DynamoEngine { inner: Arc::new(inner), guard })
    }

    /// Deletes expired items and writes the deletions to the streams as DynamoDB would, then deletes
    /// stream records older than a day that every reader has passed. Answers how many items were
    /// deleted.
    pub fn sweep(&self) -> Result<usize, DynamoError> {
        let swept = {
            let storage = self.storage()?;
            at_once(dynoxide::ttl::sweep_expired_items(&*storage))?
        };
        self.forget_old_records()?;
        Ok(swept)
    }

    /// Runs one operation of the JSON protocol.
    fn run(&self, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
        match operation {
            "TransactWriteItems" => self.run_once(body),
            _ => operations::run(|| self.storage(), &self.inner.vectors, operation, body),
        }
    }

    fn storage(&self) -> Result<MutexGuard<'_, Storage>, DynoxideError> {
        let poisoned = "an operation died inside the engine and may have left a transaction open";
        self.inner.storage.lock().map_err(|_| DynoxideError::InternalServerError(poisoned.to_owned()))
    }
}

impl Handler for DynamoEngine {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let engine = self.clone();
        async move { Ok::<_, ConnectorError>(engine.answer(&request)) }.boxed()
    }
}

impl DynamoEngine {
    fn answer(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.split_once('.')).map(|(_, operation)| operation);
        let Some(operation) = operation.filter(|operation| operations::KNOWN.contains(operation)) else {
            let body = r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
            return reply(400, CONTENT_TYPE, body);
        };
        if let Some(signer) = self.guard.signer(request.headers())
            && let Some(refused) = rights::refusal(&signer, operation, request.body())
        {
            return refused;
        }
        match self.run(operation, request.body()) {
            Ok(body) => reply(200, CONTENT_TYPE, body),
            Err(problem) => reply(problem.status_code(), CONTENT_TYPE, problem.to_json()),
        }
    }
}

impl fmt::Debug for DynamoEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynamoEngine")
    }
}

impl From<DynoxideError> for DynamoError {
    fn from(problem: DynoxideError) -> DynamoError {
        DynamoError(problem.to_string())
    }
}

impl From<rusqlite::Error> for DynamoError {
    fn from(problem: rusqlite::Error) -> DynamoError {
        DynamoError(problem.to_string())
    }
}

/// Our clock as `dynoxide`'s source of time.
struct Ticking(Clock);

impl dynoxide::storage_backend::Clock for Ticking {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now().as_second()).unwrap_or(0)
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now().as_duration().as_secs_f64().max(0.0)
    }
}

/// The result of a future that never waits, as the engine's over SQLite do not.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("SQLite answers in the call, so nothing is ever awaited")
}
