//! The asking side: one question, one answer, one deadline.
//!
//! Invariants: a question is sent at most twice, the second time only because the first may not
//! have been heard, and both times under the same id; and the caller has an answer or an error by
//! its deadline.

use std::sync::Arc;
use std::time::Duration;

use asks::Ask;
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

/// The other rooms, as one of them sees them. Clones share the carrier.
#[derive(Clone)]
pub struct Peers {
    carrier: Arc<dyn Carrier>,
    mint: Mint,
    deadline: Duration,
}

/// Where a question goes.
#[derive(Clone, Copy, Debug)]
struct To {
    room: &'static str,
    operation: &'static str,
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
    /// The other room could not be reached, or has no time. Whether it acted is unknown; asking
    /// again under the same id is safe.
    #[error("not available now")]
    Unavailable {
        /// When it asked to be asked again.
        retry_after: Option<Duration>,
    },
    /// The two rooms do not understand each other: a defect of ours.
    #[error("broken: {0}")]
    Broken(String),
}

impl Peers {
    /// The rooms that this carrier reaches.
    pub fn new(carrier: impl Carrier + 'static, mint: Mint) -> Peers {
        Peers { carrier: Arc::new(carrier), mint, deadline: DEADLINE }
    }

    /// The same rooms, for somebody with more or less patience.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Peers {
        Peers { deadline, ..self.clone() }
    }

    /// Asks, and asks once more if the first time was not heard and there is time left. The id makes it
    /// the same question when it is asked again.
    pub async fn ask<Q: Ask>(&self, id: &str, question: &Q) -> Result<Q::Answer, AskError> {
        self.put(To { room: Q::ROOM, operation: Q::NAME }, id, question).await
    }

    async fn put<Q: Serialize, A: DeserializeOwned>(
        &self,
        to: To,
        id: &str,
        question: &Q,
    ) -> Result<A, AskError> {
        let body = to_raw_value(question).map_err(|e| to.broken(e))?;
        if body.get().len() > LARGEST {
            return Err(to.broken(format_args!("more than {LARGEST} bytes")));
        }
        let (operation, traceparent) = (to.operation.to_owned(), observe::traceparent());
        let question = Question { operation, id: id.to_owned(), traceparent, body };
        let until = Instant::now() + self.deadline;
        observe::count("asks", 1);

        // On the heap: where rooms share a process, the asked one is polled on the stack of the asking one.
        let first = Box::pin(self.once(to, question.clone(), until)).await;
        let Err(AskError::Unavailable { retry_after }) = &first else { return to.read(&first?) };
        let pause = self.jitter().max(retry_after.unwrap_or_default());
        if Instant::now() + pause >= until {
            return to.read(&first?);
        }
        observe::count("asks_again", 1);
        tokio::time::sleep(pause).await;
        let second = Box::pin(self.once(to, question, until)).await;
        to.read(&second?)
    }

    /// One try: the JSON of a yes, or the error that the answer amounts to.
    async fn once(&self, to: To, question: Question, until: Instant) -> Result<Box<RawValue>, AskError> {
        let lost = match tokio::time::timeout_at(until, self.carrier.carry(to.room, question)).await {
            Ok(Ok(answer)) => return to.judge(answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {:?}", self.deadline),
        };
        tracing::warn!(room = to.room, operation = to.operation, error = lost, "an ask was not answered");
        Err(AskError::Unavailable { retry_after: None })
    }

    fn jitter(&self) -> Duration {
        Duration::from_millis(self.mint.uuid().as_u64_pair().1 % LONGEST_PAUSE_MS)
    }
}

impl To {
    fn judge(self, answer: Answer) -> Result<Box<RawValue>, AskError> {
        let Answer { status, retry_after, body } = answer;
        if body.get().len() > LARGEST {
            return Err(self.broken(format_args!("an answer of more than {LARGEST} bytes")));
        }
        match status {
            200..=299 => Ok(body),
            // Lambda says 429 when a function is out of concurrency, and a room 503 when it has no time. In
            // both the same question may succeed in a moment.
            429 | 502 | 503 | 504 => {
                tracing::warn!(room = self.room, operation = self.operation, status, "an ask was put off");
                Err(AskError::Unavailable { retry_after: retry_after.map(Duration::from_secs) })
            }
            400..=499 => {
                let problem: Value = serde_json::from_str(body.get()).unwrap_or_default();
                match (problem["code"].as_str(), StatusCode::from_u16(status)) {
                    (Some(code @ ("malformed_ask" | "no_such_ask")), _) => Err(self.broken(code)),
                    (Some(code), Ok(status)) => {
                        Err(AskError::Refused { status, code: code.to_owned(), problem })
                    }
                    _ => Err(self.broken(format_args!("{status} without a problem"))),
                }
            }
            _ => Err(self.broken(status)),
        }
    }

    fn read<A: DeserializeOwned>(self, body: &RawValue) -> Result<A, AskError> {
        serde_json::from_str(body.get()).map_err(|e| self.broken(e))
    }

    fn broken(self, why: impl std::fmt::Display) -> AskError {
        AskError::Broken(format!("{}/{}: {why}", self.room, self.operation))
    }
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
