//! What the room hears: facts from its FIFO queue, its own timers, and what the broom has taken.
//!
//! Invariant: everything here may be heard twice, late, or after what it tells of is over, and does
//! its work once all the same: opening has a receipt, timers and levels look at what is.

mod reservation_committed;
mod reservation_expired;
mod reservation_made;
mod reservation_released;
mod reservation_swept;
mod stock_received;
mod variant_created;
mod variant_numbered;

use aws_lambda_events::dynamodb;
use aws_lambda_events::streams::DynamoDbEventResponse;
use blob::Bucket;
use facts::catalog::{VariantCreated, VariantNumbered};
use facts::inventory::{
    HeldLine, ReservationCommitted, ReservationExpired, ReservationMade, ReservationReleased, StockReceived,
};
use facts::{Fact, Spoken};
use lambda::Fault;
use queue::{HearError, SqsBatchResponse, SqsEvent, hear_facts, hear_messages};

use crate::app::{App, AppError, Wake};

/// The worker's batch: facts of the catalog and of the room itself.
pub(crate) async fn hear(
    app: App,
    facts_bucket: Option<Bucket>,
    batch: SqsEvent,
) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_facts(batch, "inventory", facts_bucket.as_ref(), |fact| hear_one(&app, fact)).await)
}

/// The timer's batch: what the room told itself to do later.
pub(crate) async fn wake(app: App, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    let wake = |wake| async {
        match wake {
            Wake::ReservationDue { owner } => app.expire(&owner).await.map_err(HearError::from),
            Wake::LevelDue { variant } => app.refresh_level(variant).await.map_err(HearError::from),
        }
    };
    Ok(hear_messages(batch, wake).await)
}

/// The stream's batch: what DynamoDB has deleted for its age.
pub(crate) async fn sweep(app: App, batch: dynamodb::Event) -> Result<DynamoDbEventResponse, Fault> {
    Ok(reservation_swept::hear(&app, batch).await)
}

async fn hear_one(app: &App, fact: Fact) -> Result<(), HearError> {
    match fact.name.as_str() {
        VariantCreated::NAME => variant_created::hear(app, &fact.id, fact.hear()?).await,
        VariantNumbered::NAME => variant_numbered::hear(app, &fact.id, fact.hear()?).await,
        StockReceived::NAME => stock_received::hear(app, fact.hear()?).await,
        ReservationMade::NAME => reservation_made::hear(app, fact.hear()?).await,
        ReservationExpired::NAME => reservation_expired::hear(app, fact.hear()?).await,
        ReservationReleased::NAME => reservation_released::hear(app, fact.hear()?).await,
        ReservationCommitted::NAME => reservation_committed::hear(app, fact.hear()?).await,
        name => Err(HearError::unreadable(format!("inventory subscribes to {name} and does not hear it"))),
    }
}

/// Looks at every variant of some lines.
async fn look_at(app: &App, lines: &[HeldLine]) -> Result<(), HearError> {
    for line in lines {
        app.refresh_level(line.variant).await?;
    }
    Ok(())
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
        let heard = [
            VariantCreated::NAME,
            VariantNumbered::NAME,
            ReservationCommitted::NAME,
            ReservationExpired::NAME,
            ReservationMade::NAME,
            ReservationReleased::NAME,
            StockReceived::NAME,
        ];
        let subscribed = facts::SUBSCRIPTIONS.iter().find(|(room, _)| *room == "inventory").unwrap().1;
        assert_eq!(heard.as_slice(), subscribed);
    }
}
