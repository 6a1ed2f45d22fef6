//! Sending to a FIFO queue, ten at a time, with the refused messages named.

use std::collections::HashSet;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use failure::{AppError, Failure};

use crate::LARGEST_MESSAGE;

const MOST_IN_A_BATCH: usize = 10;

/// A room's FIFO queue, for its senders.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Client,
    url: String,
}

/// A message to a FIFO queue.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Messages of one group keep their order.
    pub group: String,
    /// SQS delivers one message with this id in five minutes.
    pub deduplication: String,
    /// The body.
    pub body: String,
}

/// Why messages were not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// SQS could not take it now.
    #[error("the queue is unavailable: {0}")]
    NotNow(String),
    /// SQS refuses it for good: a defect.
    #[error("the queue refused: {0}")]
    Defect(String),
}

impl SendError {
    /// A temporary failure, with the error for the log.
    pub fn not_now(error: impl std::fmt::Display) -> SendError {
        SendError::NotNow(error.to_string())
    }
}

impl Queue {
    /// The queue at this address.
    pub fn new(client: Client, url: impl Into<String>) -> Queue {
        Queue { client, url: url.into() }
    }

    /// Sends the messages in order and returns the indices of those that were not accepted.
    ///
    /// A batch may be refused in part, and later messages of the same group would overtake the refused
    /// one. So a group stops at its first refusal: the rest counts as not accepted too. One call never
    /// carries two messages of one group, because SQS could accept the later of them alone.
    pub async fn send_all(&self, messages: &[Outgoing]) -> HashSet<usize> {
        let mut refused = HashSet::new();
        let mut stopped: HashSet<&str> = HashSet::new();
        let mut waiting: Vec<usize> = (0..messages.len()).collect();
        while !waiting.is_empty() {
            let (batch, later) = next_batch(messages, &waiting);
            let failed = match self.send_batch(messages, &batch).await {
                Ok(failed) => failed,
                Err(error) => {
                    tracing::warn!(%error, queue = self.url, "a batch was not sent");
                    batch
                }
            };
            for index in failed {
                stopped.insert(&messages[index].group);
                refused.insert(index);
            }
            let (held, open) = later.into_iter().partition(|i| stopped.contains(&*messages[*i].group));
            refused.extend::<Vec<usize>>(held);
            waiting = open;
        }
        refused
    }

    async fn send_batch(&self, messages: &[Outgoing], batch: &[usize]) -> Result<Vec<usize>, SendError> {
        let mut request = self.client.send_message_batch().queue_url(&self.url);
        for index in batch {
            let message = &messages[*index];
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_group_id(&message.group)
                .message_deduplication_id(&message.deduplication)
                .message_body(&message.body)
                .build()
                .map_err(|e| SendError::Defect(e.to_string()))?;
            request = request.entries(entry);
        }
        let answer = request.send().await;
        let answer = answer.map_err(|e| SendError::not_now(DisplayErrorContext(e)))?;
        let failed = answer.failed().iter().inspect(|failed| {
            tracing::warn!(code = failed.code(), queue = self.url, "a message was not sent");
        });
        Ok(failed.filter_map(|failed| failed.id().parse().ok()).collect())
    }
}

/// As many of the waiting messages as one call takes: ten, 256 KiB, one of each group.
fn next_batch(messages: &[Outgoing], waiting: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut groups: HashSet<&str> = HashSet::new();
    let mut bytes = 0;
    let (mut batch, mut later) = (Vec::new(), Vec::new());
    for index in waiting {
        let message = &messages[*index];
        let first_of_its_group = groups.insert(&message.group);
        let fits = batch.is_empty() || bytes + message.body.len() <= LARGEST_MESSAGE;
        if first_of_its_group && fits && batch.len() < MOST_IN_A_BATCH {
            bytes += message.body.len();
            batch.push(*index);
        } else {
            later.push(*index);
        }
    }
    (batch, later)
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Failure {
        let said = error.to_string();
        match error {
            SendError::NotNow(_) => Failure::Unavailable(said),
            SendError::Defect(_) => Failure::Defect(said),
        }
    }
}

impl<R> From<SendError> for AppError<R> {
    fn from(error: SendError) -> AppError<R> {
        AppError::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(spec: &[(&str, usize)]) -> Vec<Outgoing> {
        let message = |(n, (group, size)): (usize, &(&str, usize))| Outgoing {
            group: (*group).into(),
            deduplication: n.to_string(),
            body: "x".repeat(*size),
        };
        spec.iter().enumerate().map(message).collect()
    }

    fn batches(messages: &[Outgoing]) -> Vec<Vec<usize>> {
        let mut waiting: Vec<usize> = (0..messages.len()).collect();
        let mut batches = Vec::new();
        while !waiting.is_empty() {
            let (batch, later) = next_batch(messages, &waiting);
            assert!(!batch.is_empty(), "a batch that takes nothing would never end");
            batches.push(batch);
            waiting = later;
        }
        batches
    }

    #[test]
    fn one_call_carries_one_message_of_each_group() {
        let messages = messages(&[("a", 1), ("a", 1), ("b", 1), ("a", 1)]);
        assert_eq!(batches(&messages), [vec![0, 2], vec![1], vec![3]]);
    }

    #[test]
    fn one_call_carries_ten_messages_and_256_kib() {
        let ten = messages(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map(|g| (g, 1)));
        assert_eq!(batches(&ten).iter().map(Vec::len).collect::<Vec<_>>(), [10, 1]);
        let large = messages(&[("a", 200_000), ("b", 100_000), ("c", 50_000)]);
        assert_eq!(batches(&large), [vec![0, 2], vec![1]]);
    }
}
