//! A fact in a message, or in an object when it is too large.

use blob::Bucket;
use facts::Fact;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{HearError, SendError};

/// The most bytes that SQS carries in one message, and in one batch of them.
pub const LARGEST_MESSAGE: usize = 256 * 1024;

/// The prefix of facts in the facts bucket.
pub const PARCELS: &str = "facts/";

/// The limit without what SQS counts besides the body.
const LARGEST_BODY: usize = LARGEST_MESSAGE - 8 * 1024;

/// The body of a message on a FIFO queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parcel {
    /// The fact is in the facts bucket.
    Elsewhere {
        /// The id of the fact, for the reader of a dead letter.
        fact: String,
        /// The key of the object.
        blob: String,
        /// The SHA-256 of the object.
        sha256: String,
    },
    /// The fact itself.
    Here(Box<Fact>),
}

impl Parcel {
    /// Packs a fact; a large one is first put into the facts bucket. The object's name is the fact's
    /// id, so that packing twice leaves one object.
    pub async fn pack(fact: &Fact, facts_bucket: &Bucket) -> Result<String, SendError> {
        let body = serde_json::to_string(fact).map_err(|e| SendError::Defect(e.to_string()))?;
        if body.len() <= LARGEST_BODY {
            return Ok(body);
        }
        let sha256 = hex::encode(Sha256::digest(&body));
        let blob = format!("{PARCELS}{}.json", fact.id);
        facts_bucket.put(&blob, body.into_bytes(), "application/json").await.map_err(SendError::not_now)?;
        let parcel = Parcel::Elsewhere { fact: fact.id.clone(), blob, sha256 };
        serde_json::to_string(&parcel).map_err(|e| SendError::Defect(e.to_string()))
    }

    /// The fact, read from the bucket if it is there.
    pub async fn open(self, facts_bucket: Option<&Bucket>) -> Result<Fact, HearError> {
        let (blob, sha256) = match self {
            Parcel::Here(fact) => return Ok(*fact),
            Parcel::Elsewhere { blob, sha256, .. } => (blob, sha256),
        };
        let facts_bucket = facts_bucket
            .ok_or_else(|| HearError::unreadable("a fact by reference, but no facts bucket here"))?;
        let body = facts_bucket.read_small(&blob, 16 * 1024 * 1024).await.map_err(HearError::not_now)?;
        let body = body.ok_or_else(|| HearError::not_now(format!("the facts bucket has no {blob}")))?;
        if hex::encode(Sha256::digest(&body)) != sha256 {
            return Err(HearError::unreadable(format!("{blob} is not what was sent")));
        }
        serde_json::from_slice(&body).map_err(HearError::unreadable)
    }
}
