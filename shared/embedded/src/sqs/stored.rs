//! A message between its row in the store and its form on the wire.

use std::collections::HashMap;

use rusqlite::Row;
use rustack_sqs_core::message::{md5_of_body, md5_of_message_attributes};
use rustack_sqs_model::error::SqsError;
use rustack_sqs_model::input::ReceiveMessageInput;
use rustack_sqs_model::types::{Message, MessageAttributeValue};

use super::attributes::Settings;

/// A message in the store.
pub(super) struct Stored {
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) body: String,
    pub(super) attributes: String,
    pub(super) trace: Option<String>,
    pub(super) group: Option<String>,
    pub(super) dedup: Option<String>,
    pub(super) sent: i64,
    pub(super) receives: i64,
    pub(super) first_received: Option<i64>,
    pub(super) source: Option<String>,
}

impl Stored {
    pub(super) fn read(row: &Row) -> rusqlite::Result<Stored> {
        Ok(Stored {
            seq: row.get(0)?,
            id: row.get(1)?,
            body: row.get(2)?,
            attributes: row.get(3)?,
            trace: row.get(4)?,
            group: row.get(5)?,
            dedup: row.get(6)?,
            sent: row.get(7)?,
            receives: row.get(8)?,
            first_received: row.get(9)?,
            source: row.get(10)?,
        })
    }

    pub(super) fn message(
        self,
        queue: &Settings,
        handle: String,
        receives: i64,
        now: i64,
        wanted: &ReceiveMessageInput,
    ) -> Result<Message, SqsError> {
        let mut message_attributes: HashMap<String, MessageAttributeValue> =
            serde_json::from_str(&self.attributes)
                .map_err(|problem| SqsError::internal_error(problem.to_string()))?;
        message_attributes.retain(|name, _| asked_for(&wanted.message_attribute_names, name));
        let system = [
            ("SenderId", Some("AIDAEMBEDDED".to_owned())),
            ("SentTimestamp", Some(self.sent.to_string())),
            ("ApproximateReceiveCount", Some(receives.to_string())),
            ("ApproximateFirstReceiveTimestamp", Some(self.first_received.unwrap_or(now).to_string())),
            ("SequenceNumber", queue.fifo.then(|| sequence_number(self.seq))),
            ("MessageGroupId", self.group),
            ("MessageDeduplicationId", self.dedup),
            ("AWSTraceHeader", self.trace),
            ("DeadLetterQueueSourceArn", self.source),
        ];
        let names = [wanted.attribute_names.as_slice(), &wanted.message_system_attribute_names].concat();
        let system = system
            .into_iter()
            .filter(|(name, _)| names.iter().any(|wanted| wanted == "All" || wanted == name));
        Ok(Message {
            message_id: Some(self.id),
            receipt_handle: Some(handle),
            md5_of_body: Some(md5_of_body(&self.body)),
            body: Some(self.body),
            md5_of_message_attributes: md5_of_message_attributes(&message_attributes),
            message_attributes,
            attributes: system.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        })
    }
}

/// Whether an attribute is asked for, by its name, by `All` or by a prefix such as `trace.*`.
fn asked_for(wanted: &[String], name: &str) -> bool {
    wanted.iter().any(|wanted| match wanted.strip_suffix(".*").or_else(|| wanted.strip_suffix('*')) {
        Some(prefix) => name.starts_with(prefix),
        None => wanted == "All" || wanted == name,
    })
}

/// The position of a message in its FIFO queue.
pub(super) fn sequence_number(seq: i64) -> String {
    format!("{seq:020}")
}
