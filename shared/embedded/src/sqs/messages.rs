//! Operations on messages.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};
use rustack_sqs_core::message::{md5_of_body, md5_of_message_attributes};
use rustack_sqs_model::error::{SqsError, SqsErrorCode};
use rustack_sqs_model::input::{
    ChangeMessageVisibilityInput, DeleteMessageInput, ReceiveMessageInput, SendMessageInput,
};
use rustack_sqs_model::output::{
    ChangeMessageVisibilityOutput, DeleteMessageOutput, ReceiveMessageOutput, SendMessageOutput,
};
use rustack_sqs_model::types::MessageAttributeValue;
use sha2::{Digest, Sha256};

use super::attributes::Settings;
use super::queues::arn;
use super::stored::{Stored, sequence_number};
use super::{SqsEngine, broken, store};

/// The deduplication interval of a FIFO queue.
const REMEMBERED: i64 = 5 * 60 * 1_000;

impl SqsEngine {
    pub(crate) fn send(&self, input: SendMessageInput) -> Result<SendMessageOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let sent = self.now();
        check(&queue, &input)?;
        let attributes = serde_json::to_string(&input.message_attributes)
            .map_err(|problem| SqsError::internal_error(problem.to_string()))?;
        let trace = input
            .message_system_attributes
            .get("AWSTraceHeader")
            .and_then(|value| value.string_value.clone());
        let delay = input.delay_seconds.map_or(queue.delay, i64::from);
        let dedup = match queue.fifo {
            true => Some(deduplication(&queue, &input)?),
            false => None,
        };
        // With deduplication per group the same id may be sent to two groups.
        let seen = dedup.as_ref().map(|id| match queue.per_group {
            true => format!("{}\u{1f}{id}", input.message_group_id.as_deref().unwrap_or_default()),
            false => id.clone(),
        });

        let mut store = self.store();
        let change = store.transaction().map_err(broken)?;
        let (id, seq) = match seen
            .as_deref()
            .map(|seen| remembered(&change, &queue.name, seen, sent))
            .transpose()?
            .flatten()
        {
            Some(original) => original,
            None => {
                let values = named_params! {
                    ":queue": queue.name, ":body": input.message_body, ":attributes": attributes, ":trace": trace,
                    ":grp": input.message_group_id, ":dedup": dedup, ":sent": sent, ":visible": sent + delay * 1_000,
                };
                change
                    .prepare_cached(store::INSERT)
                    .and_then(|mut insert| insert.execute(values))
                    .map_err(broken)?;
                let seq = change.last_insert_rowid();
                // Unique as long as the store exists, and the same in every run of a simulation.
                let id = format!("00000000-0000-4000-8000-{seq:012x}");
                change.execute("UPDATE messages SET id = ?1 WHERE seq = ?2", (&id, seq)).map_err(broken)?;
                if let Some(seen) = &seen {
                    remember(&change, &queue.name, seen, &id, seq, sent)?;
                }
                (id, seq)
            }
        };
        change.commit().map_err(broken)?;
        drop(store);
        self.inner.arrivals.notify_waiters();
        Ok(SendMessageOutput {
            message_id: Some(id),
            md5_of_message_body: Some(md5_of_body(&input.message_body)),
            md5_of_message_attributes: md5_of_message_attributes(&input.message_attributes),
            md5_of_message_system_attributes: None,
            sequence_number: queue.fifo.then(|| sequence_number(seq)),
        })
    }

    pub(super) fn willing_to_wait(&self, input: &ReceiveMessageInput) -> Result<Duration, SqsError> {
        let seconds = match input.wait_time_seconds {
            Some(seconds) => i64::from(seconds),
            None => self.settings(&input.queue_url)?.wait,
        };
        match u64::try_from(seconds) {
            Ok(seconds @ 0..=20) => Ok(Duration::from_secs(seconds)),
            _ => Err(out_of_bounds("WaitTimeSeconds", seconds)),
        }
    }

    pub(super) fn receive(&self, input: &ReceiveMessageInput) -> Result<ReceiveMessageOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let most = input.max_number_of_messages.unwrap_or(1);
        if !(1..=10).contains(&most) {
            return Err(out_of_bounds("MaxNumberOfMessages", i64::from(most)));
        }
        let visibility = input.visibility_timeout.map_or(queue.visibility, i64::from);
        if !(0..=43_200).contains(&visibility) {
            return Err(out_of_bounds("VisibilityTimeout", visibility));
        }
        let dead = match &queue.redrive {
            Some(policy) => self
                .dead_letters(&policy.dead_letter_target_arn)?
                .zip(Some(i64::from(policy.max_receive_count))),
            None => None,
        };
        let now = self.now();
        let mut store = self.store();
        let change = store.transaction().map_err(broken)?;
        let oldest = now - queue.retention * 1_000;
        change
            .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND sent < ?2 AND visible <= ?3")
            .and_then(|mut delete| delete.execute((&queue.name, oldest, now)))
            .map_err(broken)?;
        if let Some((dead, most)) = &dead {
            put_aside(&change, &queue, dead, *most, now)?;
        }
        let mut messages = Vec::new();
        for found in find(&change, &queue, now, most)? {
            let receives = found.receives + 1;
            let handle = format!("{}.{receives}", found.id);
            let values = named_params! {
                ":handle": handle, ":visible": now + visibility * 1_000, ":receives": receives, ":now": now, ":seq": found.seq,
            };
            change.prepare_cached(store::TAKE).and_then(|mut take| take.execute(values)).map_err(broken)?;
            messages.push(found.message(&queue, handle, receives, now, input)?);
        }
        change.commit().map_err(broken)?;
        Ok(ReceiveMessageOutput { messages })
    }

    pub(super) fn delete(&self, input: DeleteMessageInput) -> Result<DeleteMessageOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let store = self.store();
        let Some((seq, visible)) = held(&store, &queue, &input.receipt_handle)? else {
            // Deleted already, or received again since: AWS answers the same.
            return Ok(DeleteMessageOutput {});
        };
        if queue.fifo && visible <= self.now() {
            return Err(SqsError::invalid_parameter_value(format!(
                "Value {} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
                input.receipt_handle
            )));
        }
        store
            .prepare_cached("DELETE FROM messages WHERE seq = ?1")
            .and_then(|mut delete| delete.execute([seq]))
            .map_err(broken)?;
        drop(store);
        // The rest of a FIFO group can be received now.
        self.inner.arrivals.notify_waiters();
        Ok(DeleteMessageOutput {})
    }

    pub(super) fn change_visibility(
        &self,
        input: ChangeMessageVisibilityInput,
    ) -> Result<ChangeMessageVisibilityOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let timeout = i64::from(input.visibility_timeout);
        if !(0..=43_200).contains(&timeout) {
            return Err(out_of_bounds("VisibilityTimeout", timeout));
        }
        let now = self.now();
        let store = self.store();
        let Some((seq, _)) =
            held(&store, &queue, &input.receipt_handle)?.filter(|(_, visible)| *visible > now)
        else {
            return Err(SqsError::new(
                SqsErrorCode::MessageNotInflight,
                "Message does not exist or is not available for visibility timeout change.",
            ));
        };
        store
            .execute("UPDATE messages SET visible = ?1 WHERE seq = ?2", (now + timeout * 1_000, seq))
            .map_err(broken)?;
        drop(store);
        self.inner.arrivals.notify_waiters();
        Ok(ChangeMessageVisibilityOutput {})
    }

    /// The name of the dead-letter queue of this ARN, while it exists.
    fn dead_letters(&self, arn: &str) -> Result<Option<String>, SqsError> {
        let name = arn.rsplit(':').next().unwrap_or_default();
        Ok(self.find(name)?.map(|queue| queue.name))
    }
}

fn find(change: &Transaction, queue: &Settings, now: i64, most: i32) -> Result<Vec<Stored>, SqsError> {
    let next = if queue.fifo { store::NEXT_IN_ORDER } else { store::NEXT };
    let mut select = change.prepare_cached(next).map_err(broken)?;
    let values = named_params! {":queue": queue.name, ":now": now, ":most": most};
    let found = select.query_map(values, Stored::read).map_err(broken)?;
    found.collect::<Result<_, _>>().map_err(broken)
}

/// Moves a message that was received too often; more of its group may be behind it.
fn put_aside(
    change: &Transaction,
    queue: &Settings,
    dead: &str,
    most: i64,
    now: i64,
) -> Result<(), SqsError> {
    loop {
        let mut moved = false;
        for found in find(change, queue, now, 10)? {
            if found.receives >= most {
                let values = named_params! {":queue": dead, ":source": arn(&queue.name), ":now": now, ":seq": found.seq};
                change
                    .prepare_cached(store::PUT_ASIDE)
                    .and_then(|mut put| put.execute(values))
                    .map_err(broken)?;
                moved = true;
            }
        }
        if !moved {
            return Ok(());
        }
    }
}

fn check(queue: &Settings, input: &SendMessageInput) -> Result<(), SqsError> {
    let attributes = input.message_attributes.iter();
    let size: usize = attributes.map(|(name, value)| name.len() + value.data_type.len() + size(value)).sum();
    if input.message_body.is_empty() {
        return Err(SqsError::missing_parameter("The request must contain the parameter MessageBody."));
    }
    if input.message_body.len() + size > queue.largest {
        let message = format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
            queue.largest
        );
        return Err(SqsError::invalid_parameter_value(message));
    }
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if !input.message_body.chars().all(allowed) {
        return Err(SqsError::invalid_parameter_value("Invalid characters in the message body."));
    }
    if input.message_attributes.len() > 10 {
        return Err(SqsError::invalid_parameter_value(
            "Number of message attributes exceeds the allowed maximum [10].",
        ));
    }
    let delay = i64::from(input.delay_seconds.unwrap_or(0));
    if !(0..=900).contains(&delay) {
        return Err(out_of_bounds("DelaySeconds", delay));
    }
    match (queue.fifo, &input.message_group_id) {
        (true, None) => {
            Err(SqsError::missing_parameter("The request must contain the parameter MessageGroupId."))
        }
        (true, Some(_)) if delay > 0 => Err(not_for_this_queue("DelaySeconds")),
        (false, _) if input.message_deduplication_id.is_some() => {
            Err(not_for_this_queue("MessageDeduplicationId"))
        }
        _ => Ok(()),
    }
}

fn size(value: &MessageAttributeValue) -> usize {
    value.string_value.as_ref().map_or(0, String::len) + value.binary_value.as_ref().map_or(0, Vec::len)
}

fn deduplication(queue: &Settings, input: &SendMessageInput) -> Result<String, SqsError> {
    match &input.message_deduplication_id {
        Some(id) => Ok(id.clone()),
        None if queue.by_content => Ok(hex::encode(Sha256::digest(input.message_body.as_bytes()))),
        None => Err(SqsError::invalid_parameter_value(
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        )),
    }
}

/// The message that was sent with this id within the last five minutes.
fn remembered(
    change: &Transaction,
    queue: &str,
    seen: &str,
    now: i64,
) -> Result<Option<(String, i64)>, SqsError> {
    let mut select = change
        .prepare_cached("SELECT id, seq FROM seen WHERE queue = ?1 AND dedup = ?2 AND until > ?3")
        .map_err(broken)?;
    select.query_row((queue, seen, now), |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(broken)
}

fn remember(
    change: &Transaction,
    queue: &str,
    seen: &str,
    id: &str,
    seq: i64,
    now: i64,
) -> Result<(), SqsError> {
    let keep = "INSERT INTO seen (queue, dedup, id, seq, until) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (queue, dedup) DO UPDATE SET id = ?3, seq = ?4, until = ?5";
    let values = (queue, seen, id, seq, now + REMEMBERED);
    change.prepare_cached(keep).and_then(|mut keep| keep.execute(values)).map_err(broken)?;
    if seq % 1_024 == 0 {
        change.execute("DELETE FROM seen WHERE until <= ?1", [now]).map_err(broken)?;
    }
    Ok(())
}

/// The message that was last received with this handle, and until when it is hidden.
fn held(store: &Connection, queue: &Settings, handle: &str) -> Result<Option<(i64, i64)>, SqsError> {
    if !handle.starts_with("00000000-0000-4000-8000-") {
        return Err(SqsError::receipt_handle_is_invalid());
    }
    let mut select = store
        .prepare_cached("SELECT seq, visible FROM messages WHERE handle = ?1 AND queue = ?2")
        .map_err(broken)?;
    select.query_row((handle, &queue.name), |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(broken)
}

fn out_of_bounds(parameter: &str, value: i64) -> SqsError {
    SqsError::invalid_parameter_value(format!(
        "Value {value} for parameter {parameter} is invalid. Reason: Out of bounds."
    ))
}

fn not_for_this_queue(parameter: &str) -> SqsError {
    SqsError::invalid_parameter_value(format!(
        "Value for parameter {parameter} is invalid. Reason: The request include parameter that is not valid for this queue type."
    ))
}
