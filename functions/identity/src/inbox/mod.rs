//! What the room hears: who works where, what it has said of closed accounts itself, and the calendar.
//!
//! Invariant: everything here may be heard twice, late, or after what it tells of is over, and does
//! its work once all the same: memberships have a receipt, and the rest looks at what is.

mod account_closed;
mod member_added;
mod member_removed;
mod merchant_closed;

use blob::Bucket;
use facts::identity::AccountClosed;
use facts::merchants::{MemberAdded, MemberRemoved, MerchantClosed};
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
    Ok(hear_facts(batch, "identity", facts_bucket.as_ref(), |fact| hear_one(&app, fact)).await)
}

/// The calendar's call: once a day it is seen to that the signing key does not grow old.
pub(crate) async fn turn(app: App) -> Result<(), Fault> {
    let turned = app.rotate_signing_key().await.map_err(Fault::of)?;
    observe::note("signing_key", format!("{turned:?}"));
    Ok(())
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), HearError> {
    match fact.name.as_str() {
        AccountClosed::NAME => account_closed::hear(app, fact.hear()?).await,
        MemberAdded::NAME => member_added::hear(app, &fact.id, fact.hear()?).await,
        MemberRemoved::NAME => member_removed::hear(app, &fact.id, fact.hear()?).await,
        MerchantClosed::NAME => merchant_closed::hear(app, &fact.id, fact.hear()?).await,
        name => Err(HearError::unreadable(format!("identity subscribes to {name} and does not hear it"))),
    }
}

impl From<AppError> for HearError {
    fn from(trouble: AppError) -> HearError {
        match trouble {
            AppError::Store(dynamo::Error::Malformed(_)) => HearError::unreadable(trouble),
            trouble => HearError::not_now(trouble),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_room_subscribes_to_it_hears() {
        let heard = [AccountClosed::NAME, MemberAdded::NAME, MemberRemoved::NAME, MerchantClosed::NAME];
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "identity").unwrap().1;
        assert_eq!(heard.as_slice(), subscribed);
    }
}
