//! The attributes of a queue, with SQS's defaults and bounds.

use std::collections::{BTreeMap, HashMap};

use rustack_sqs_model::error::{SqsError, SqsErrorCode};
use rustack_sqs_model::types::RedrivePolicy;

/// A queue and its attributes.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) name: String,
    /// The attributes as they were given, for `GetQueueAttributes`.
    pub(super) given: BTreeMap<String, String>,
    pub(super) fifo: bool,
    pub(super) delay: i64,
    pub(super) visibility: i64,
    pub(super) retention: i64,
    pub(super) wait: i64,
    pub(super) largest: usize,
    pub(super) by_content: bool,
    pub(super) per_group: bool,
    pub(super) redrive: Option<RedrivePolicy>,
}

/// Attributes that are kept and have no effect here.
const KEPT: &[&str] = &[
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

impl Settings {
    pub(super) fn read(name: &str, given: BTreeMap<String, String>) -> Result<Settings, SqsError> {
        let number = |attribute: &str, least: i64, most: i64, default: i64| match given.get(attribute) {
            None => Ok(default),
            Some(text) => match text.parse::<i64>() {
                Ok(number) if (least..=most).contains(&number) => Ok(number),
                _ => Err(invalid(attribute, text)),
            },
        };
        let truth = |attribute: &str| match given.get(attribute).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => Err(invalid(attribute, text)),
        };
        let fifo = name.ends_with(".fifo");
        if truth("FifoQueue")? != fifo && (!fifo || given.contains_key("FifoQueue")) {
            return Err(SqsError::invalid_parameter_value(
                "the name of a FIFO queue, and of no other, ends with .fifo",
            ));
        }
        let redrive = match given.get("RedrivePolicy").map(String::as_str) {
            None | Some("") => None,
            Some(text) => Some(redrive(text)?),
        };
        let settings = Settings {
            name: name.to_owned(),
            fifo,
            delay: number("DelaySeconds", 0, 900, 0)?,
            visibility: number("VisibilityTimeout", 0, 43_200, 30)?,
            retention: number("MessageRetentionPeriod", 60, 1_209_600, 345_600)?,
            wait: number("ReceiveMessageWaitTimeSeconds", 0, 20, 0)?,
            largest: usize::try_from(number("MaximumMessageSize", 1_024, 1_048_576, 262_144)?)
                .unwrap_or(262_144),
            by_content: truth("ContentBasedDeduplication")?,
            per_group: match given.get("DeduplicationScope").map(String::as_str) {
                None | Some("queue") => false,
                Some("messageGroup") => true,
                Some(text) => return Err(invalid("DeduplicationScope", text)),
            },
            redrive,
            given,
        };
        settings.check_names()
    }

    fn check_names(self) -> Result<Settings, SqsError> {
        let acted_on = [
            "ContentBasedDeduplication",
            "DeduplicationScope",
            "DelaySeconds",
            "FifoQueue",
            "MaximumMessageSize",
            "MessageRetentionPeriod",
            "ReceiveMessageWaitTimeSeconds",
            "RedrivePolicy",
            "VisibilityTimeout",
        ];
        match self
            .given
            .keys()
            .find(|name| !acted_on.contains(&name.as_str()) && !KEPT.contains(&name.as_str()))
        {
            Some(stranger) => Err(SqsError::invalid_attribute_name(format!("Unknown Attribute {stranger}."))),
            None => Ok(self),
        }
    }

    /// The answer of `GetQueueAttributes`, defaults included.
    pub(super) fn told(&self) -> HashMap<String, String> {
        let mut told: HashMap<String, String> = [
            ("DelaySeconds", self.delay),
            ("VisibilityTimeout", self.visibility),
            ("MessageRetentionPeriod", self.retention),
            ("ReceiveMessageWaitTimeSeconds", self.wait),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_string()))
        .collect();
        told.insert("MaximumMessageSize".to_owned(), self.largest.to_string());
        told.extend(self.given.clone());
        told
    }
}

fn redrive(text: &str) -> Result<RedrivePolicy, SqsError> {
    // CloudFormation writes the count as a number, people also as a text.
    let mut value: serde_json::Value =
        serde_json::from_str(text).map_err(|_| invalid("RedrivePolicy", text))?;
    if let Some(count) = value["maxReceiveCount"].as_str().and_then(|count| count.parse::<i32>().ok()) {
        value["maxReceiveCount"] = count.into();
    }
    let policy: RedrivePolicy = serde_json::from_value(value).map_err(|_| invalid("RedrivePolicy", text))?;
    match (1..=1_000).contains(&policy.max_receive_count) {
        true => Ok(policy),
        false => Err(invalid("RedrivePolicy", text)),
    }
}

fn invalid(attribute: &str, value: &str) -> SqsError {
    SqsError::new(
        SqsErrorCode::InvalidAttributeValue,
        format!("Invalid value {value} for the parameter {attribute}."),
    )
}
