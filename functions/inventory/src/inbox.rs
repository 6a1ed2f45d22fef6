//! What the room hears: facts from its FIFO queue, its own timers, and what TTL has deleted.
//!
//! Invariant: everything here may be heard twice, late, or after what it tells of is over, and does
//! its work once all the same: opening has a receipt, timers and levels look at what is.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use facts::catalog::{VariantCreated, VariantNumbered};
use facts::inventory::{
    HeldLine, ReservationCommitted, ReservationExpired, ReservationMade, ReservationReleased, StockReceived,
};
use lambda::Fault;
use queue::{HearError, Heard};

use crate::app::{App, Wake};
use crate::domain::{Card, Owner};
use crate::store;

/// The catalog has a new variant: its stock is opened, with nothing in it. Being told twice, or by two
/// facts, opens once.
pub(crate) async fn variant_created(app: App, heard: Heard<VariantCreated>) -> Result<(), HearError> {
    let card = Card::open(&heard.fact);
    Ok(app.store.open(heard.fact.variant, &card, &heard.id, app.clock.now()).await?)
}

/// Other systems know a variant by a number from now on. The catalog gives a number to one variant for
/// ever, so it does not matter which of two is heard first.
pub(crate) async fn variant_numbered(app: App, heard: Heard<VariantNumbered>) -> Result<(), HearError> {
    let VariantNumbered { variant, numeric_sku, .. } = heard.fact;
    Ok(app.store.number(variant, numeric_sku, &heard.id, app.clock.now()).await?)
}

/// Goods arrived: the public may hear of it.
pub(crate) async fn stock_received(app: App, heard: Heard<StockReceived>) -> Result<(), HearError> {
    Ok(app.refresh_level(heard.fact.variant).await?)
}

/// Something is held: its timer is set here, by the fact, so that it is looked at when its time has
/// passed, even if the function that wrote it died right after.
pub(crate) async fn reservation_made(app: App, heard: Heard<ReservationMade>) -> Result<(), HearError> {
    let owner: Owner = heard.fact.owner.parse().map_err(HearError::unreadable)?;
    app.watch(&owner).await?;
    look_at(&app, &heard.fact.lines).await
}

/// The time of what was held has passed: it is to be had again.
pub(crate) async fn reservation_expired(app: App, heard: Heard<ReservationExpired>) -> Result<(), HearError> {
    look_at(&app, &heard.fact.lines).await
}

/// What was held was given back: it is to be had again.
pub(crate) async fn reservation_released(
    app: App,
    heard: Heard<ReservationReleased>,
) -> Result<(), HearError> {
    look_at(&app, &heard.fact.lines).await
}

/// What was held is sold. As much is free as before; a level that was told from an old reading is put
/// right now.
pub(crate) async fn reservation_committed(
    app: App,
    heard: Heard<ReservationCommitted>,
) -> Result<(), HearError> {
    look_at(&app, &heard.fact.lines).await
}

async fn look_at(app: &App, lines: &[HeldLine]) -> Result<(), HearError> {
    for line in lines {
        app.refresh_level(line.variant).await?;
    }
    Ok(())
}

/// What the room told itself to do later.
pub(crate) async fn due(app: App, wake: Wake) -> Result<(), HearError> {
    match wake {
        Wake::ReservationDue { owner } => Ok(app.expire(&owner).await?),
        Wake::LevelDue { variant } => Ok(app.refresh_level(variant).await?),
    }
}

/// What TTL has deleted: if that was a reservation whose units are still held, this gives them back.
/// Goes through the records in order and stops at the first that fails: the stream brings it and all
/// after it again. One that can never be read is set aside after the stream's few tries.
pub(crate) async fn deleted(app: App, batch: Event) -> Result<DynamoDbEventResponse, Fault> {
    let mut response = DynamoDbEventResponse::default();
    for record in batch.records {
        let sequence_number = record.change.sequence_number.clone();
        if let Err(unheard) = give_back(&app, record).await {
            observe::count("records_unheard", 1);
            tracing::warn!(record = sequence_number, error = %unheard, "a deleted item was not heard");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    Ok(response)
}

async fn give_back(app: &App, record: EventRecord) -> Result<(), HearError> {
    match store::swept(record.change.old_image.into()).map_err(HearError::unreadable)? {
        Some(swept) => Ok(app.expire_swept(&swept).await?),
        None => Ok(()),
    }
}
