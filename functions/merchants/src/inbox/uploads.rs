//! Something has come into the bucket: a paper of a shop, or its logo.
//!
//! Invariant: a notice may come twice, late, or about something that is gone, and does no harm.

use lambda::Fault;
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_notices};

use crate::app::App;
use crate::store::objects::Arrived;

/// Hears a batch of notices.
pub(crate) async fn hear_uploads(app: App, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_notices(batch, Arrived::read, |arrived| hear_one(&app, arrived)).await)
}

async fn hear_one(app: &App, arrived: Arrived) -> Result<(), HearError> {
    Ok(app.receive_file(arrived).await?)
}
