//! What the room hears: facts from its FIFO queue.
//!
//! Invariant: everything here may be heard twice and late, and comes to the same.

mod account_closed;

use blob::Bucket;
use facts::identity::AccountClosed;
use facts::{Fact, Spoken};
use lambda::Fault;
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_facts};

use crate::app::{App, AppError};

/// The worker's batch.
pub(crate) async fn hear(
    app: App,
    facts_bucket: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "cart", facts_bucket.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), HearError> {
    match fact.name.as_str() {
        AccountClosed::NAME => account_closed::hear(app, fact.hear()?).await,
        name => Err(HearError::unreadable(format!("cart subscribes to {name} and does not hear it"))),
    }
}

impl From<AppError> for HearError {
    fn from(trouble: AppError) -> HearError {
        match trouble {
            AppError::Table(dynamo::Error::Malformed(_)) => HearError::unreadable(trouble),
            trouble => HearError::not_now(trouble),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_room_subscribes_to_it_hears() {
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "cart").unwrap().1;
        assert_eq!([AccountClosed::NAME].as_slice(), subscribed);
    }
}
