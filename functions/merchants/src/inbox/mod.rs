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
use queue::{SqsBatchResponse, SqsEvent, Unheard, hear_facts};

use crate::app::{App, Trouble};

pub(crate) use uploads::hear_uploads;

/// The worker's batch.
pub(crate) async fn hear(
    app: App,
    larder: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "merchants", larder.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), Unheard> {
    match fact.name.as_str() {
        AccountClosed::NAME => account_closed::hear(app, fact.hear()?).await,
        FilesDropped::NAME => files_dropped::hear(app, fact.hear()?).await,
        name => Err(Unheard::unreadable(format!("merchants subscribes to {name} and does not hear it"))),
    }
}

impl From<Trouble> for Unheard {
    fn from(trouble: Trouble) -> Unheard {
        match trouble {
            Trouble::Table(dynamo::Error::Malformed(_)) => Unheard::unreadable(trouble),
            trouble => Unheard::not_now(trouble),
        }
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
