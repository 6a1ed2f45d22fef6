//! Something has come into the bucket: a merchant's file, a note to go on with one, a picture.
//!
//! Invariant: a notice may come twice, late, or about something that is gone, and does no harm.

use lambda::Fault;
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_notices};

use crate::app::App;
use crate::store::objects::Arrived;

/// Hears a batch of notices.
pub async fn hear_uploads(app: App, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_notices(batch, Arrived::read, |arrived| hear_one(&app, arrived)).await)
}

async fn hear_one(app: &App, arrived: Arrived) -> Result<(), HearError> {
    match arrived {
        Arrived::File { merchant, import, again } => {
            app.read_import(merchant, import).await?;
            Ok(app.delete_note(merchant, import, again).await?)
        }
        Arrived::Picture { product, media } => Ok(app.attach_media(product, media).await?),
    }
}
