//! What the room hears: facts from its FIFO queue.
//!
//! Invariant: everything here may be heard twice and late, and comes to the same.

mod account_closed;

use blob::Bucket;
use facts::identity::AccountClosed;
use facts::{Fact, Spoken};
use lambda::Fault;
use queue::{SqsBatchResponse, SqsEvent, Unheard, hear_facts};

use crate::app::{App, Trouble};

/// The worker's batch.
pub(crate) async fn hear(
    app: App,
    larder: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "cart", larder.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), Unheard> {
    match fact.name.as_str() {
        AccountClosed::NAME => account_closed::hear(app, fact.hear()?).await,
        name => Err(Unheard::unreadable(format!("cart subscribes to {name} and does not hear it"))),
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
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "cart").unwrap().1;
        assert_eq!([AccountClosed::NAME].as_slice(), subscribed);
    }
}
