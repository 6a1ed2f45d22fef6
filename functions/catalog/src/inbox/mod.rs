//! What this room hears: which shops may sell, which pictures are not named any more, and everything that
//! comes into its bucket.
//!
//! Invariant: everything here may be heard twice and late. What is heard of a shop counts unless
//! something later of it has been heard.

mod media_dropped;
mod merchant_activated;
mod merchant_closed;
mod merchant_restricted;
mod shop_swept;
mod uploads;

use blob::Bucket;
use facts::catalog::{MediaDropped, ShopSwept};
use facts::merchants::{MerchantActivated, MerchantClosed, MerchantRestricted};
use facts::{Fact, Spoken};
use lambda::Fault;
use queue::{SqsBatchResponse, SqsEvent, Unheard, hear_facts};

use crate::app::{App, Trouble};

pub use uploads::hear_uploads;

/// The worker's batch.
pub async fn hear(app: App, larder: Option<Bucket>, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "catalog", larder.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), Unheard> {
    let version = fact.version;
    match fact.name.as_str() {
        MediaDropped::NAME => media_dropped::hear(app, fact.hear()?).await,
        ShopSwept::NAME => shop_swept::hear(app, fact.hear()?).await,
        MerchantActivated::NAME => merchant_activated::hear(app, version, fact.hear()?).await,
        MerchantClosed::NAME => merchant_closed::hear(app, version, fact.hear()?).await,
        MerchantRestricted::NAME => merchant_restricted::hear(app, version, fact.hear()?).await,
        name => Err(Unheard::unreadable(format!("catalog subscribes to {name} and does not hear it"))),
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
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "catalog").unwrap().1;
        let shops = [MerchantActivated::NAME, MerchantClosed::NAME, MerchantRestricted::NAME];
        assert_eq!(subscribed, [&[MediaDropped::NAME, ShopSwept::NAME][..], &shops].concat());
    }
}
