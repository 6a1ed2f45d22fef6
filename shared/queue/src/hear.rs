//! A batch of messages as calls, and their failures as SQS's partial batch response.

use std::collections::HashSet;
use std::future::Future;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use blob::Bucket;
use facts::{Fact, Spoken};
use failure::{AppError, Failure};
use serde::de::DeserializeOwned;

use crate::Parcel;

/// Why a message failed. SQS delivers it again, and moves it to the dead-letter queue after a few
/// tries.
#[derive(Debug, thiserror::Error)]
pub enum HearError {
    /// A temporary failure.
    #[error("not now: {0}")]
    NotNow(String),
    /// The message is malformed: no retry helps, and a person must look.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

impl HearError {
    /// A temporary failure, with the error for the log.
    pub fn not_now(error: impl std::fmt::Display) -> HearError {
        HearError::NotNow(error.to_string())
    }

    /// A malformed message, with the error for the log.
    pub fn unreadable(error: impl std::fmt::Display) -> HearError {
        HearError::Unreadable(error.to_string())
    }
}

impl From<facts::Misheard> for HearError {
    fn from(misheard: facts::Misheard) -> HearError {
        HearError::unreadable(misheard)
    }
}

/// A fact that was received, with its metadata.
#[derive(Clone, Debug)]
pub struct Heard<F> {
    /// Its id, the same for every delivery.
    pub id: String,
    /// The version that its aggregate reached.
    pub version: u64,
    /// Its data.
    pub fact: F,
}

impl<F: Spoken> Heard<F> {
    /// Reads the data as one kind of fact.
    pub fn of(fact: Fact) -> Result<Heard<F>, HearError> {
        let said = fact.hear()?;
        Ok(Heard { id: fact.id, version: fact.version, fact: said })
    }
}

/// Unreadable data stay so; every other failure may pass with a retry.
impl<R: std::fmt::Display> From<AppError<R>> for HearError {
    fn from(error: AppError<R>) -> HearError {
        match error {
            AppError::Failed(failure @ Failure::Unreadable(_)) => HearError::unreadable(failure),
            error => HearError::not_now(error),
        }
    }
}

/// Handles the facts of a room's FIFO batch one after another, those that it subscribes to.
/// `facts_bucket` holds the facts that were too large for a message.
pub async fn hear_facts<F, Fut>(
    batch: SqsEvent,
    room: &str,
    facts_bucket: Option<&Bucket>,
    hear: F,
) -> SqsBatchResponse
where
    F: Fn(Fact) -> Fut,
    Fut: Future<Output = Result<(), HearError>>,
{
    let mut stopped: HashSet<String> = HashSet::new();
    let mut failures = Vec::new();
    for message in batch.records {
        let group = message.attributes.get("MessageGroupId").cloned().unwrap_or_default();
        // The rest of a group waits after a failure, to keep its order.
        if stopped.contains(&group) {
            failures.push(failed(&message));
            continue;
        }
        let outcome = match open(&message, facts_bucket).await {
            Ok(fact) if !facts::subscribers(&fact.name).any(|hearer| hearer == room) => {
                observe::count("facts_not_for_us", 1);
                Ok(())
            }
            Ok(fact) => {
                observe::count("facts_heard", 1);
                hear(fact).await
            }
            Err(unheard) => Err(unheard),
        };
        if let Err(unheard) = outcome {
            report(&message, &unheard);
            failures.push(failed(&message));
            stopped.insert(group);
        }
    }
    answer(failures)
}

/// Handles the messages of a standard batch, each by itself.
pub async fn hear_messages<T, F, Fut>(batch: SqsEvent, hear: F) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<(), HearError>>,
{
    let mut failures = Vec::new();
    for message in batch.records {
        let body = serde_json::from_str(message.body.as_deref().unwrap_or_default());
        let outcome = match body {
            Ok(body) => hear(body).await,
            Err(error) => Err(HearError::unreadable(error)),
        };
        if let Err(unheard) = outcome {
            report(&message, &unheard);
            failures.push(failed(&message));
        }
    }
    answer(failures)
}

async fn open(message: &SqsMessage, facts_bucket: Option<&Bucket>) -> Result<Fact, HearError> {
    let body = message.body.as_deref().unwrap_or_default();
    let parcel: Parcel = serde_json::from_str(body).map_err(HearError::unreadable)?;
    parcel.open(facts_bucket).await
}

fn report(message: &SqsMessage, unheard: &HearError) {
    observe::count("messages_unheard", 1);
    let tries = message.attributes.get("ApproximateReceiveCount").map_or("?", String::as_str);
    let id = message.message_id.as_deref().unwrap_or("?");
    tracing::warn!(message = id, tries, error = %unheard, "a message was not heard");
}

/// An empty identifier fails the whole batch, which is right for a message without an id: it cannot be
/// named otherwise.
fn failed(message: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message.message_id.clone().unwrap_or_default();
    failure
}

fn answer(failures: Vec<BatchItemFailure>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    response
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// The one fact that `cart` hears.
    const KNOWN: &str = "identity.account_closed.v1";

    fn message(id: &str, group: &str, body: &str) -> serde_json::Value {
        serde_json::json!({ "messageId": id, "body": body, "attributes": { "MessageGroupId": group } })
    }

    fn fact(id: &str, name: &str) -> String {
        let fact = serde_json::json!({
            "id": id, "name": name, "aggregate": "a", "version": 1,
            "at": "2026-01-02T03:04:05Z", "data": {},
        });
        fact.to_string()
    }

    fn batch(messages: Vec<serde_json::Value>) -> SqsEvent {
        serde_json::from_value(serde_json::json!({ "Records": messages })).unwrap()
    }

    fn failed_ids(response: &SqsBatchResponse) -> Vec<&str> {
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
    }

    async fn hear_all(batch: SqsEvent, failing: &[&str]) -> (Vec<String>, SqsBatchResponse) {
        let heard = RefCell::new(Vec::new());
        let response = hear_facts(batch, "cart", None, |fact| {
            heard.borrow_mut().push(fact.id.clone());
            let fails = failing.contains(&fact.id.as_str());
            async move { if fails { Err(HearError::not_now("busy")) } else { Ok(()) } }
        })
        .await;
        (heard.into_inner(), response)
    }

    #[tokio::test]
    async fn nothing_of_a_group_is_heard_after_its_first_failure() {
        let batch = batch(vec![
            message("m1", "g1", &fact("f1", KNOWN)),
            message("m2", "g1", &fact("f2", KNOWN)),
            message("m3", "g2", &fact("f3", KNOWN)),
        ]);
        let (heard, response) = hear_all(batch, &["f1"]).await;
        assert_eq!(heard, ["f1", "f3"]);
        assert_eq!(failed_ids(&response), ["m1", "m2"]);
    }

    #[tokio::test]
    async fn a_fact_that_the_room_does_not_subscribe_to_is_let_go() {
        let batch = batch(vec![message("m1", "g1", &fact("f1", "catalog.price_changed.v1"))]);
        let (heard, response) = hear_all(batch, &[]).await;
        assert!(heard.is_empty());
        assert!(failed_ids(&response).is_empty());
    }

    #[tokio::test]
    async fn a_message_that_is_no_fact_is_failed_and_holds_its_group() {
        let batch = batch(vec![
            message("m1", "g1", "{"),
            message("m2", "g1", &fact("f2", KNOWN)),
            message("m3", "g2", "[]"),
        ]);
        let (heard, response) = hear_all(batch, &[]).await;
        assert!(heard.is_empty());
        assert_eq!(failed_ids(&response), ["m1", "m2", "m3"]);
    }

    #[tokio::test]
    async fn messages_of_a_standard_queue_fail_alone() {
        let batch = batch(vec![message("m1", "", "1"), message("m2", "", "x"), message("m3", "", "3")]);
        let heard = RefCell::new(Vec::new());
        let response = hear_messages(batch, |n: u32| {
            heard.borrow_mut().push(n);
            async move { if n == 1 { Err(HearError::not_now("later")) } else { Ok(()) } }
        })
        .await;
        assert_eq!(heard.into_inner(), [1, 3]);
        assert_eq!(failed_ids(&response), ["m1", "m2"]);
    }
}
