//! The broom has taken something: if that was a reservation whose units are still held, nobody else
//! will ever give them back.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use queue::HearError;

use crate::app::App;
use crate::store::Swept;

/// Goes through the records in order and stops at the first that fails: the stream brings it and
/// all after it again. One that can never be read is set aside after the stream's few tries.
pub(super) async fn hear(app: &App, batch: Event) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    for record in batch.records {
        let sequence_number = record.change.sequence_number.clone();
        if let Err(unheard) = hear_one(app, record).await {
            observe::count("records_unheard", 1);
            tracing::warn!(record = sequence_number, error = %unheard, "a swept item was not heard");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    response
}

async fn hear_one(app: &App, record: EventRecord) -> Result<(), HearError> {
    let swept = Swept::read(record.change.old_image.into()).map_err(HearError::unreadable)?;
    match swept {
        Some(swept) => Ok(app.expire_swept(&swept).await?),
        None => Ok(()),
    }
}
