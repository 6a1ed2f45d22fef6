//! What this room hears: that an account is no more, that a shop does not name some files any more, and
//! that something has come into its bucket.
//!
//! Invariant: everything here may be heard twice, or late, and does its work once all the same: what
//! is gone cannot go again, a file that is not awaited changes nothing, and one that was dropped is never
//! named again.

use facts::identity::AccountClosed;
use facts::merchants::FilesDropped;
use queue::{HearError, Heard};

use crate::app::App;
use crate::domain::ShopFile;
use crate::store::objects::Arrived;

/// An account is no more: neither are its places in shops, and a shop whose last owner it was does not
/// sell any more.
pub(crate) async fn account_closed(app: App, heard: Heard<AccountClosed>) -> Result<(), HearError> {
    Ok(app.forget_account(heard.fact.account).await?)
}

/// A shop names some files no longer: they are deleted. The fact comes through the outbox, so a function
/// that dies right after the save leaves nothing behind.
pub(crate) async fn files_dropped(app: App, heard: Heard<FilesDropped>) -> Result<(), HearError> {
    let FilesDropped { merchant, documents, logos } = heard.fact;
    let papers = documents.into_iter().map(ShopFile::Document);
    let logos = logos.into_iter().map(ShopFile::Logo);
    Ok(app.delete_files(merchant, papers.chain(logos)).await?)
}

pub(crate) async fn file_arrived(app: App, arrived: Arrived) -> Result<(), HearError> {
    Ok(app.receive_file(arrived).await?)
}
