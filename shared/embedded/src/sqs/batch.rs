//! Up to ten messages in one request: each entry succeeds or fails by itself.

use rustack_sqs_model::error::{SqsError, SqsErrorCode};
use rustack_sqs_model::input::{
    ChangeMessageVisibilityBatchInput, ChangeMessageVisibilityInput, DeleteMessageBatchInput,
    DeleteMessageInput, SendMessageBatchInput, SendMessageInput,
};
use rustack_sqs_model::output::{
    ChangeMessageVisibilityBatchOutput, DeleteMessageBatchOutput, SendMessageBatchOutput,
};
use rustack_sqs_model::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchResultEntry, DeleteMessageBatchResultEntry,
    SendMessageBatchResultEntry,
};

use super::SqsEngine;

impl SqsEngine {
    pub(super) fn send_batch(
        &self,
        input: SendMessageBatchInput,
    ) -> Result<SendMessageBatchOutput, SqsError> {
        check(input.entries.iter().map(|entry| entry.id.as_str()))?;
        let queue = self.settings(&input.queue_url)?;
        if input.entries.iter().map(|entry| entry.message_body.len()).sum::<usize>() > queue.largest {
            let message = format!("Batch requests cannot be longer than {} bytes.", queue.largest);
            return Err(SqsError::new(SqsErrorCode::BatchRequestTooLong, message));
        }
        let mut output = SendMessageBatchOutput::default();
        for entry in input.entries {
            let sent = self.send(SendMessageInput {
                queue_url: input.queue_url.clone(),
                message_body: entry.message_body,
                delay_seconds: entry.delay_seconds,
                message_deduplication_id: entry.message_deduplication_id,
                message_group_id: entry.message_group_id,
                message_attributes: entry.message_attributes,
                message_system_attributes: entry.message_system_attributes,
            });
            match sent {
                Ok(sent) => output.successful.push(SendMessageBatchResultEntry {
                    id: entry.id,
                    message_id: sent.message_id.unwrap_or_default(),
                    md5_of_message_body: sent.md5_of_message_body.unwrap_or_default(),
                    md5_of_message_attributes: sent.md5_of_message_attributes,
                    sequence_number: sent.sequence_number,
                }),
                Err(problem) => output.failed.push(failed(entry.id, &problem)),
            }
        }
        Ok(output)
    }

    pub(super) fn delete_batch(
        &self,
        input: DeleteMessageBatchInput,
    ) -> Result<DeleteMessageBatchOutput, SqsError> {
        check(input.entries.iter().map(|entry| entry.id.as_str()))?;
        self.settings(&input.queue_url)?;
        let mut output = DeleteMessageBatchOutput::default();
        for entry in input.entries {
            let queue_url = input.queue_url.clone();
            match self.delete(DeleteMessageInput { queue_url, receipt_handle: entry.receipt_handle }) {
                Ok(_) => output.successful.push(DeleteMessageBatchResultEntry { id: entry.id }),
                Err(problem) => output.failed.push(failed(entry.id, &problem)),
            }
        }
        Ok(output)
    }

    pub(super) fn change_visibility_batch(
        &self,
        input: ChangeMessageVisibilityBatchInput,
    ) -> Result<ChangeMessageVisibilityBatchOutput, SqsError> {
        check(input.entries.iter().map(|entry| entry.id.as_str()))?;
        self.settings(&input.queue_url)?;
        let mut output = ChangeMessageVisibilityBatchOutput::default();
        for entry in input.entries {
            let changed = self.change_visibility(ChangeMessageVisibilityInput {
                queue_url: input.queue_url.clone(),
                receipt_handle: entry.receipt_handle,
                visibility_timeout: entry.visibility_timeout,
            });
            match changed {
                Ok(_) => output.successful.push(ChangeMessageVisibilityBatchResultEntry { id: entry.id }),
                Err(problem) => output.failed.push(failed(entry.id, &problem)),
            }
        }
        Ok(output)
    }
}

fn check<'a>(ids: impl Iterator<Item = &'a str>) -> Result<(), SqsError> {
    let ids: Vec<&str> = ids.collect();
    let valid = |id: &str| {
        (1..=80).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    match ids.as_slice() {
        [] => Err(SqsError::empty_batch_request()),
        ids if ids.len() > 10 => Err(SqsError::too_many_entries_in_batch()),
        ids if ids.iter().any(|id| !valid(id)) => Err(SqsError::new(
            SqsErrorCode::InvalidBatchEntryId,
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores, at most 80.",
        )),
        ids if ids.iter().enumerate().any(|(n, id)| ids[..n].contains(id)) => {
            Err(SqsError::batch_entry_ids_not_distinct())
        }
        _ => Ok(()),
    }
}

fn failed(id: String, problem: &SqsError) -> BatchResultErrorEntry {
    BatchResultErrorEntry {
        id,
        sender_fault: problem.code.is_sender_fault(),
        code: problem.code.error_type().to_owned(),
        message: Some(problem.message.clone()),
    }
}
