//! Operations on queues, and the template's queues.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{OptionalExtension, named_params};
use rustack_sqs_model::error::SqsError;
use rustack_sqs_model::input::{
    CreateQueueInput, DeleteQueueInput, GetQueueAttributesInput, GetQueueUrlInput, ListQueuesInput,
    PurgeQueueInput, SetQueueAttributesInput,
};
use rustack_sqs_model::output::{
    CreateQueueOutput, DeleteQueueOutput, GetQueueAttributesOutput, GetQueueUrlOutput, ListQueuesOutput,
    PurgeQueueOutput, SetQueueAttributesOutput,
};
use serde_json::json;

use super::attributes::Settings;
use super::{SqsEngine, SqsEngineError, broken, store};
use crate::client::REGION;
use crate::template::Queue;

const ACCOUNT: &str = "000000000000";

impl SqsEngine {
    /// Creates the missing queues and gives existing ones the template's attributes. Their messages
    /// stay.
    pub fn create_queues(&self, queues: &[Queue]) -> Result<(), SqsEngineError> {
        for queue in queues {
            let settings = Settings::read(&queue.name, attributes(queue))?;
            self.keep(&settings)?;
        }
        Ok(())
    }

    pub(super) fn create_queue(&self, input: CreateQueueInput) -> Result<CreateQueueOutput, SqsError> {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let stem = input.queue_name.strip_suffix(".fifo").unwrap_or(&input.queue_name);
        if stem.is_empty() || input.queue_name.len() > 80 || !stem.chars().all(valid) {
            return Err(SqsError::invalid_parameter_value(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            ));
        }
        let settings = Settings::read(&input.queue_name, input.attributes.into_iter().collect())?;
        match self.find(&input.queue_name)? {
            Some(existing) if existing.given != settings.given => {
                return Err(SqsError::queue_already_exists(
                    "A queue already exists with the same name and other attributes.",
                ));
            }
            Some(_) => {}
            None => self.keep(&settings).map_err(broken)?,
        }
        Ok(CreateQueueOutput { queue_url: Some(self.url(&input.queue_name)) })
    }

    pub(super) fn delete_queue(&self, input: DeleteQueueInput) -> Result<DeleteQueueOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        self.store().execute("DELETE FROM queues WHERE name = ?1", [&queue.name]).map_err(broken)?;
        self.empty(&queue.name).map_err(broken)?;
        Ok(DeleteQueueOutput {})
    }

    pub(super) fn purge_queue(&self, input: PurgeQueueInput) -> Result<PurgeQueueOutput, SqsError> {
        self.empty(&self.settings(&input.queue_url)?.name).map_err(broken)?;
        Ok(PurgeQueueOutput {})
    }

    pub(super) fn queue_url(&self, input: GetQueueUrlInput) -> Result<GetQueueUrlOutput, SqsError> {
        match self.find(&input.queue_name)? {
            Some(queue) => Ok(GetQueueUrlOutput { queue_url: Some(self.url(&queue.name)) }),
            None => Err(nobody(&input.queue_name)),
        }
    }

    pub(super) fn list_queues(&self, input: ListQueuesInput) -> Result<ListQueuesOutput, SqsError> {
        let prefix = input.queue_name_prefix.unwrap_or_default();
        let store = self.store();
        let mut select = store.prepare("SELECT name FROM queues ORDER BY name").map_err(broken)?;
        let names = select.query_map([], |row| row.get::<_, String>(0)).map_err(broken)?;
        let names: Vec<String> = names.collect::<Result<_, _>>().map_err(broken)?;
        let queue_urls =
            names.iter().filter(|name| name.starts_with(&prefix)).map(|name| self.url(name)).collect();
        Ok(ListQueuesOutput { queue_urls, next_token: None })
    }

    pub(super) fn queue_attributes(
        &self,
        input: GetQueueAttributesInput,
    ) -> Result<GetQueueAttributesOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let (visible, hidden, delayed): (i64, i64, i64) = self
            .store()
            .query_row(store::COUNTS, named_params! {":queue": queue.name, ":now": self.now()}, |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .map_err(broken)?;
        let mut told = queue.told();
        told.insert("QueueArn".to_owned(), arn(&queue.name));
        told.insert("ApproximateNumberOfMessages".to_owned(), visible.to_string());
        told.insert("ApproximateNumberOfMessagesNotVisible".to_owned(), hidden.to_string());
        told.insert("ApproximateNumberOfMessagesDelayed".to_owned(), delayed.to_string());
        if !input.attribute_names.iter().any(|name| name == "All") {
            told.retain(|name, _| input.attribute_names.contains(name));
        }
        Ok(GetQueueAttributesOutput { attributes: told })
    }

    pub(super) fn set_queue_attributes(
        &self,
        input: SetQueueAttributesInput,
    ) -> Result<SetQueueAttributesOutput, SqsError> {
        let queue = self.settings(&input.queue_url)?;
        let mut given = queue.given;
        given.extend(input.attributes);
        self.keep(&Settings::read(&queue.name, given)?).map_err(broken)?;
        Ok(SetQueueAttributesOutput {})
    }

    /// The queue of this URL: the last part is the name, with any host.
    pub(super) fn settings(&self, url: &str) -> Result<Settings, SqsError> {
        let name = url.rsplit('/').next().unwrap_or_default();
        self.find(name)?.ok_or_else(|| nobody(name))
    }

    pub(super) fn find(&self, name: &str) -> Result<Option<Settings>, SqsError> {
        let store = self.store();
        let mut select =
            store.prepare_cached("SELECT attributes FROM queues WHERE name = ?1").map_err(broken)?;
        let attributes: Option<String> =
            select.query_row([name], |row| row.get(0)).optional().map_err(broken)?;
        let Some(attributes) = attributes else { return Ok(None) };
        let attributes: BTreeMap<String, String> = serde_json::from_str(&attributes)
            .map_err(|problem| SqsError::internal_error(problem.to_string()))?;
        Settings::read(name, attributes).map(Some)
    }

    fn keep(&self, settings: &Settings) -> rusqlite::Result<()> {
        let attributes = json!(settings.given).to_string();
        self.store().execute(
            "INSERT INTO queues (name, attributes) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET attributes = ?2",
            [&settings.name, &attributes],
        )?;
        Ok(())
    }

    fn empty(&self, queue: &str) -> rusqlite::Result<()> {
        self.store().execute("DELETE FROM messages WHERE queue = ?1", [queue])?;
        self.store().execute("DELETE FROM seen WHERE queue = ?1", [queue])?;
        Ok(())
    }

    fn url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.inner.endpoint)
    }
}

pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

fn nobody(name: &str) -> SqsError {
    SqsError::non_existent_queue(format!("The specified queue does not exist: {name}"))
}

fn attributes(queue: &Queue) -> BTreeMap<String, String> {
    let mut given = HashMap::from([
        ("DelaySeconds", queue.delay.as_secs().to_string()),
        ("VisibilityTimeout", queue.visibility.as_secs().to_string()),
        ("MessageRetentionPeriod", queue.retention.as_secs().to_string()),
    ]);
    if queue.fifo {
        given.insert("FifoQueue", "true".to_owned());
        given.insert("ContentBasedDeduplication", queue.content_based_deduplication.to_string());
        if let Some(scope) = &queue.deduplication_scope {
            given.insert("DeduplicationScope", scope.clone());
        }
    }
    if let Some(redrive) = &queue.redrive {
        let policy = json!({"deadLetterTargetArn": redrive.dead_letter_arn, "maxReceiveCount": redrive.max_receive_count});
        given.insert("RedrivePolicy", policy.to_string());
    }
    given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
