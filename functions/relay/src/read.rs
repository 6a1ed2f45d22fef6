//! A stream's batch, as much of it as the relay needs, and the facts that a record carries.

use facts::Fact;
use serde::Deserialize;
use serde_json::Value;

/// Records of one shard, in order.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// Oldest first.
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

/// One change of one item.
#[derive(Debug, Deserialize)]
pub struct Record {
    dynamodb: Change,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: Option<String>,
    #[serde(default)]
    new_image: Image,
}

#[derive(Debug, Default, Deserialize)]
struct Image {
    emits: Option<Value>,
}

/// Why a record cannot be relayed. It goes to the failure queue in the end, for a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// `emits` is there and is no text.
    #[error("emits is not a text")]
    NotText,
    /// The text is not a list of facts.
    #[error("emits is not a list of facts: {0}")]
    NotFacts(#[from] serde_json::Error),
}

impl Record {
    /// Its place in the stream.
    pub(crate) fn sequence_number(&self) -> Option<&str> {
        self.dynamodb.sequence_number.as_deref()
    }

    /// The facts in the item's new image. A record without `emits` carries none: the filter lets
    /// no such record through, but a host may have no filters.
    pub(crate) fn facts(&self) -> Result<Vec<Fact>, Unreadable> {
        let Some(emits) = &self.dynamodb.new_image.emits else { return Ok(Vec::new()) };
        let emits = emits["S"].as_str().ok_or(Unreadable::NotText)?;
        Ok(serde_json::from_str(emits)?)
    }
}
