//! The asking side: one question, one answer, one deadline.
//!
//! Invariants: a question is sent at most twice, the second time only because the first may not
//! have been heard, and both times under the same id; and the caller has an answer or an error by
//! its deadline.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clock::Clock;
use http::{HeaderValue, StatusCode, header};
use ids::Mint;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::{AskKeys, Carrier, KeyRing};

/// How long an ask may take unless said otherwise: a customer is waiting.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// The longest pause before the second try, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 100;

/// The other rooms, as one of them sees them. Clones share the carrier.
#[derive(Clone)]
pub struct Peers {
    carrier: Arc<dyn Carrier>,
    keys: Arc<dyn KeyRing>,
    clock: Clock,
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
    /// What makes it the same question when it is asked again.
    pub id: &'a str,
    /// The particulars. They serialise to a JSON object.
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
    pub fn new(carrier: impl Carrier + 'static, keys: Arc<dyn KeyRing>, clock: Clock, mint: Mint) -> Peers {
        Peers { carrier: Arc::new(carrier), keys, clock, mint, deadline: DEADLINE }
    }

    /// The same rooms, for somebody with more or less patience.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Peers {
        Peers { deadline, ..self.clone() }
    }

    /// Asks, and asks once more if the first time was not heard and there is time left.
    pub async fn ask<Q: Serialize, A: DeserializeOwned>(&self, ask: Ask<'_, Q>) -> Result<A, AskError> {
        let body = serde_json::to_vec(ask.body).map_err(|e| broken(&ask, e))?;
        let body = Bytes::from(body);
        let until = Instant::now() + self.deadline;
        observe::count("asks", 1);

        // On the heap: where rooms share a process, the asked one is polled on the stack of the asking one.
        let first = Box::pin(self.once(&ask, &body, until)).await;
        let Err(AskError::Unavailable { retry_after }) = &first else { return read(&ask, first?) };
        let pause = self.jitter().max(retry_after.unwrap_or_default());
        if Instant::now() + pause >= until {
            return read(&ask, first?);
        }
        observe::count("asks_again", 1);
        tokio::time::sleep(pause).await;
        let second = Box::pin(self.once(&ask, &body, until)).await;
        read(&ask, second?)
    }

    /// One try: the bytes of a yes, or the error that the answer amounts to.
    async fn once<Q>(&self, ask: &Ask<'_, Q>, body: &Bytes, until: Instant) -> Result<Bytes, AskError> {
        let lost = match tokio::time::timeout_at(until, self.keys.keys()).await {
            Ok(Ok(keys)) => {
                let request = self.request(ask, body, &keys)?;
                match tokio::time::timeout_at(until, self.carrier.carry(ask.room, request)).await {
                    Ok(Ok(response)) => return judge(ask, response),
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => format!("no answer within {:?}", self.deadline),
                }
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no keys within {:?}", self.deadline),
        };
        tracing::warn!(room = ask.room, operation = ask.operation, error = lost, "an ask was not answered");
        Err(AskError::Unavailable { retry_after: None })
    }

    fn request<Q>(
        &self,
        ask: &Ask<'_, Q>,
        body: &Bytes,
        keys: &AskKeys,
    ) -> Result<http::Request<Bytes>, AskError> {
        let Ask { room, operation, id, .. } = ask;
        let mut request = http::Request::post(format!("/{room}/asks/{operation}"))
            .body(body.clone())
            .map_err(|e| broken(ask, e))?;
        let id = format!("{}:{id}", scope(room, operation));
        let signed = keys.sign(&id, self.clock.now(), body);
        let signed = signed.ok_or_else(|| broken(ask, "the id does not fit into a header"))?;
        let headers = request.headers_mut();
        headers.extend(signed);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(trace) = observe::traceparent() {
            let trace = HeaderValue::from_str(&trace).map_err(|e| broken(ask, e))?;
            headers.insert("traceparent", trace);
        }
        Ok(request)
    }

    fn jitter(&self) -> Duration {
        Duration::from_millis(self.mint.uuid().as_u64_pair().1 % LONGEST_PAUSE_MS)
    }
}

/// What a signature is good for. Both sides say it this way.
pub(crate) fn scope(room: &str, operation: &str) -> String {
    format!("{room}/{operation}")
}

fn judge<Q>(ask: &Ask<'_, Q>, response: http::Response<Bytes>) -> Result<Bytes, AskError> {
    let (parts, body) = response.into_parts();
    let status = parts.status;
    match status.as_u16() {
        200..=299 => Ok(body),
        // A gateway says 429 when a function is out of concurrency, 502 when it died and 504 when
        // it took too long. In all of them the same question may succeed in a moment.
        429 | 502 | 503 | 504 => {
            let retry_after = parts.headers.get(header::RETRY_AFTER);
            let seconds = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
            tracing::warn!(room = ask.room, operation = ask.operation, %status, "an ask was put off");
            Err(AskError::Unavailable { retry_after: seconds.map(Duration::from_secs) })
        }
        400..=499 => {
            let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
            match problem["code"].as_str() {
                Some(code @ ("unsigned_ask" | "malformed_ask")) => Err(broken(ask, code)),
                Some(code) => Err(AskError::Refused { status, code: code.to_owned(), problem }),
                None => Err(broken(ask, format_args!("{status} without a problem"))),
            }
        }
        _ => Err(broken(ask, status)),
    }
}

fn read<Q, A: DeserializeOwned>(ask: &Ask<'_, Q>, body: Bytes) -> Result<A, AskError> {
    // An operation that has nothing to say answers 204, and `()` hears it.
    let body = if body.is_empty() { &b"null"[..] } else { &body };
    serde_json::from_slice(body).map_err(|e| broken(ask, e))
}

fn broken<Q>(ask: &Ask<'_, Q>, why: impl std::fmt::Display) -> AskError {
    AskError::Broken(format!("{}: {why}", scope(ask.room, ask.operation)))
}

#[cfg(test)]
#[path = "peers_tests.rs"]
mod tests;
