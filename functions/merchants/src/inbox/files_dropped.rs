//! A shop names some files no longer: they are deleted. The fact comes through the outbox, so a function
//! that dies right after the save leaves nothing behind.

use facts::merchants::FilesDropped;
use queue::HearError;

use crate::app::App;
use crate::domain::ShopFile;

pub(super) async fn hear(app: &App, dropped: FilesDropped) -> Result<(), HearError> {
    let papers = dropped.documents.into_iter().map(ShopFile::Document);
    let logos = dropped.logos.into_iter().map(ShopFile::Logo);
    Ok(app.delete_files(dropped.merchant, papers.chain(logos)).await?)
}
