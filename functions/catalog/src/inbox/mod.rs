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
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_facts};

use crate::app::{App, AppError};

pub use uploads::hear_uploads;

/// The worker's batch.
pub async fn hear(
    app: App,
    facts_bucket: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "catalog", facts_bucket.as_ref(), |fact| hear_one(&app, fact)).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), HearError> {
    let version = fact.version;
    match fact.name.as_str() {
        MediaDropped::NAME => media_dropped::hear(app, fact.hear()?).await,
        ShopSwept::NAME => shop_swept::hear(app, fact.hear()?).await,
        MerchantActivated::NAME => merchant_activated::hear(app, version, fact.hear()?).await,
        MerchantClosed::NAME => merchant_closed::hear(app, version, fact.hear()?).await,
        MerchantRestricted::NAME => merchant_restricted::hear(app, version, fact.hear()?).await,
        name => Err(HearError::unreadable(format!("catalog subscribes to {name} and does not hear it"))),
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
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "catalog").unwrap().1;
        let shops = [MerchantActivated::NAME, MerchantClosed::NAME, MerchantRestricted::NAME];
        assert_eq!(subscribed, [&[MediaDropped::NAME, ShopSwept::NAME][..], &shops].concat());
    }
}
