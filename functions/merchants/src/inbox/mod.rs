//! What this room hears: that an account is no more, that a shop does not name some files any more, and
//! that something has come into its bucket.
//!
//! Invariant: everything here may be heard twice, or late, and does its work once all the same: what
//! is gone cannot go again, a file that nobody waits for changes nothing, and one that was dropped is never
//! named again.

mod account_closed;
mod files_dropped;
mod uploads;

use blob::Bucket;
use facts::identity::AccountClosed;
use facts::merchants::FilesDropped;
use facts::{Fact, Spoken};
use lambda::Fault;
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_facts};

use crate::app::App;

pub(crate) use uploads::hear_uploads;

/// The worker's batch.
pub(crate) async fn hear(
    app: App,
    facts_bucket: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "merchants", facts_bucket.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), HearError> {
    match fact.name.as_str() {
        AccountClosed::NAME => account_closed::hear(app, fact.hear()?).await,
        FilesDropped::NAME => files_dropped::hear(app, fact.hear()?).await,
        name => Err(HearError::unreadable(format!("merchants subscribes to {name} and does not hear it"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_room_subscribes_to_it_hears() {
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "merchants").unwrap().1;
        assert_eq!(subscribed, [AccountClosed::NAME, FilesDropped::NAME]);
    }
}
