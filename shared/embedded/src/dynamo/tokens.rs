//! A transaction that is sent twice with one token happens once.
//!
//! The SDK gives every `TransactWriteItems` a token, so that its own retry after a lost answer does not
//! apply the transaction again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::PoisonError;

use dynoxide::DynoxideError;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{DynamoEngine, operations};

/// How long DynamoDB remembers a token.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);
/// Above so many tokens the expired ones are deleted.
const CROWDED: usize = 4_096;

/// The answers by token.
#[derive(Default)]
pub(super) struct Tokens {
    given: HashMap<String, Given>,
}

struct Given {
    request: u64,
    answer: String,
    at: Timestamp,
}

impl DynamoEngine {
    /// Runs `TransactWriteItems`, or repeats the answer of its token.
    pub(super) fn run_once(&self, body: &[u8]) -> Result<String, DynoxideError> {
        let run = || operations::run(|| self.storage(), &self.inner.vectors, "TransactWriteItems", body);
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(token) = request.get("ClientRequestToken").and_then(Value::as_str) else { return run() };
        let mut hasher = DefaultHasher::new();
        request.get("TransactItems").hash(&mut hasher);
        let request = hasher.finish();
        let now = self.inner.clock.now();

        // The lock is held during the transaction, so that two requests with one token cannot both run.
        let mut tokens = self.inner.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(given) = tokens.given.get(token).filter(|given| now.duration_since(given.at) < REMEMBERED)
        {
            return match given.request == request {
                true => Ok(given.answer.clone()),
                false => Err(DynoxideError::IdempotentParameterMismatchException(
                    "The request was sent before with other items under this token".to_owned(),
                )),
            };
        }
        let answer = run()?;
        if tokens.given.len() >= CROWDED {
            tokens.given.retain(|_, given| now.duration_since(given.at) < REMEMBERED);
        }
        tokens.given.insert(token.to_owned(), Given { request, answer: answer.clone(), at: now });
        Ok(answer)
    }
}
