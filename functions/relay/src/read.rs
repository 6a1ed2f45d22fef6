//! A stream record as the facts that it carries.

use aws_lambda_events::dynamodb::EventRecord;
use facts::Fact;

/// Why a record cannot be relayed. It goes to the failure queue in the end, for a person.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// `emits` is there and is no text.
    #[error("emits is not a text")]
    NotText,
    /// The text is not a list of facts.
    #[error("emits is not a list of facts: {0}")]
    NotFacts(#[from] serde_json::Error),
}

/// The facts in the item's new image. A record without `emits` carries none: the filter lets no
/// such record through, but a host may have no filters.
pub(crate) fn facts(record: &EventRecord) -> Result<Vec<Fact>, Unreadable> {
    let Some(emits) = record.change.new_image.inner().get("emits") else { return Ok(Vec::new()) };
    let serde_dynamo::AttributeValue::S(emits) = emits else { return Err(Unreadable::NotText) };
    Ok(serde_json::from_str(emits)?)
}
