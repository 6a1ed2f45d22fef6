//! What this room hears: no facts, yet, and everything that comes into its bucket.

mod uploads;

use blob::Bucket;
use lambda::Fault;
use queue::{SqsBatchResponse, SqsEvent, hear_facts};

pub use uploads::hear_uploads;

/// Hears facts. The room waits for none; what is sent to it all the same is counted and let go.
pub async fn hear(larder: Option<Bucket>, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, larder.as_ref(), |_| false, |_| async { Ok(()) }).await)
}
