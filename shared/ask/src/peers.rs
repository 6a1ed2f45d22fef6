//! The asking side: one question, one answer, one deadline.
//!
//! Invariants: a question is sent at most twice, both times under the same id, the second time only
//! when the first may not have arrived; and the caller has an answer or an error by its deadline.

use std::sync::Arc;
use std::time::Duration;

use failure::{AppError, Failure};
use http::StatusCode;
use ids::Mint;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use tokio::time::Instant;

use crate::{Answer, Carrier, LARGEST, Question};

/// How long an ask may take unless said otherwise: a customer is waiting.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// The longest pause before the second try, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 100;

/// The other rooms, as one of them reaches them. Clones share the carrier.
#[derive(Clone)]
pub struct Peers {
    carrier: Arc<dyn Carrier>,
    mint: Mint,
    deadline: Duration,
}

/// One question.
#[derive(Debug)]
pub struct Ask<'a, Q> {
    /// The room that is asked.
    pub room: &'a str,
    /// What it is asked to do.
    pub operation: &'a str,
    /// The id of the question; a retry sends the same.
    pub id: &'a str,
    /// The body, which serialises to a JSON object.
    pub body: &'a Q,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The other room understood and said no.
    #[error("refused with {code}")]
    Refused {
        /// The status it said no with.
        status: StatusCode,
        /// The stable name of the reason.
        code: String,
        /// The whole `application/problem+json`.
        problem: Value,
    },
    /// The other room could not be reached, or is busy. Whether it acted is unknown; a retry under the
    /// same id is safe.
    #[error("not available now")]
    Unavailable {
        /// When it asked for the retry.
        retry_after: Option<Duration>,
    },
    /// The two rooms do not understand each other: a defect.
    #[error("broken: {0}")]
    Broken(String),
}

impl Peers {
    /// The rooms that this carrier reaches.
    pub fn new(carrier: impl Carrier + 'static, mint: Mint) -> Peers {
        Peers { carrier: Arc::new(carrier), mint, deadline: DEADLINE }
    }

    /// The same rooms with another deadline.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Peers {
        Peers { deadline, ..self.clone() }
    }

    /// Asks, and retries once if the first try did not arrive and there is time left.
    pub async fn ask<Q: Serialize, A: DeserializeOwned>(&self, ask: Ask<'_, Q>) -> Result<A, AskError> {
        let body = to_raw_value(ask.body).map_err(|e| broken(&ask, e))?;
        if body.get().len() > LARGEST {
            return Err(broken(&ask, format_args!("more than {LARGEST} bytes")));
        }
        let question = Question {
            operation: ask.operation.to_owned(),
            id: ask.id.to_owned(),
            traceparent: observe::traceparent(),
            body,
        };
        let until = Instant::now() + self.deadline;
        observe::count("asks", 1);

        // On the heap: where rooms share a process, the asked one is polled on the stack of the asking one.
        let first = Box::pin(self.once(&ask, question.clone(), until)).await;
        let Err(AskError::Unavailable { retry_after }) = &first else { return read(&ask, &first?) };
        let pause = self.jitter().max(retry_after.unwrap_or_default());
        if Instant::now() + pause >= until {
            return read(&ask, &first?);
        }
        observe::count("asks_again", 1);
        tokio::time::sleep(pause).await;
        let second = Box::pin(self.once(&ask, question, until)).await;
        read(&ask, &second?)
    }

    /// One try: the JSON of the answer, or the error that its status stands for.
    async fn once<Q>(
        &self,
        ask: &Ask<'_, Q>,
        question: Question,
        until: Instant,
    ) -> Result<Box<RawValue>, AskError> {
        let lost = match tokio::time::timeout_at(until, self.carrier.carry(ask.room, question)).await {
            Ok(Ok(answer)) => return judge(ask, answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {:?}", self.deadline),
        };
        tracing::warn!(room = ask.room, operation = ask.operation, error = lost, "an ask was not answered");
        Err(AskError::Unavailable { retry_after: None })
    }

    fn jitter(&self) -> Duration {
        Duration::from_millis(self.mint.uuid().as_u64_pair().1 % LONGEST_PAUSE_MS)
    }
}

fn judge<Q>(ask: &Ask<'_, Q>, answer: Answer) -> Result<Box<RawValue>, AskError> {
    let Answer { status, retry_after, body } = answer;
    if body.get().len() > LARGEST {
        return Err(broken(ask, format_args!("an answer of more than {LARGEST} bytes")));
    }
    match status {
        200..=299 => Ok(body),
        // Lambda answers 429 when a function is out of concurrency, a room 503 when it is busy. A retry
        // of either may succeed in a moment.
        429 | 502 | 503 | 504 => {
            tracing::warn!(room = ask.room, operation = ask.operation, status, "an ask was put off");
            Err(AskError::Unavailable { retry_after: retry_after.map(Duration::from_secs) })
        }
        400..=499 => {
            let problem: Value = serde_json::from_str(body.get()).unwrap_or_default();
            match (problem["code"].as_str(), StatusCode::from_u16(status)) {
                (Some(code @ ("malformed_ask" | "no_such_ask")), _) => Err(broken(ask, code)),
                (Some(code), Ok(status)) => Err(AskError::Refused { status, code: code.to_owned(), problem }),
                _ => Err(broken(ask, format_args!("{status} without a problem"))),
            }
        }
        _ => Err(broken(ask, status)),
    }
}

fn read<Q, A: DeserializeOwned>(ask: &Ask<'_, Q>, body: &RawValue) -> Result<A, AskError> {
    serde_json::from_str(body.get()).map_err(|e| broken(ask, e))
}

fn broken<Q>(ask: &Ask<'_, Q>, why: impl std::fmt::Display) -> AskError {
    AskError::Broken(format!("{}/{}: {why}", ask.room, ask.operation))
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Failure {
        let said = error.to_string();
        match error {
            AskError::Unavailable { .. } => Failure::Unanswered(said),
            AskError::Refused { .. } | AskError::Broken(_) => Failure::Defect(said),
        }
    }
}

impl<R> From<AskError> for AppError<R> {
    fn from(error: AskError) -> AppError<R> {
        AppError::Failed(error.into())
    }
}

#[cfg(test)]
#[path = "peers_tests.rs"]
mod tests;
