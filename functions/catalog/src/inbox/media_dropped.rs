//! A product names some pictures no longer: they are deleted. The fact comes through the outbox, so a
//! function that dies right after the save leaves nothing behind.

use facts::catalog::MediaDropped;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, dropped: MediaDropped) -> Result<(), HearError> {
    Ok(app.delete_media(dropped.product, dropped.media).await?)
}
