//! One update of one item that answers with the item as it is afterwards.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
};

use crate::condition::Words;
use crate::item::MARKS;
use crate::spend::{Kind, spent};
use crate::table::{Waiting, sort};
use crate::write::Action;
use crate::{Condition, Error, Item, Refusal, Table, Write};

impl Table {
    /// Carries out one [`Write::update`] by itself and returns the item as it is now. DynamoDB
    /// serialises updates of one item, so however many come at once, each counts and none is retried.
    ///
    /// The SDK retries an update whose answer is lost. The marks of the last writers on the item tell a
    /// retry from a first try, as long as no more than these have written in between.
    pub async fn update(&self, write: Write) -> Result<Item, Error> {
        let Action::Update(update) = write.action else {
            return Err(Error::Defect("only an update answers with the item".into()));
        };
        let mark = AttributeValue::S(self.token());
        let unmarked = MARKS.map(|place| Condition::Without(place).or(Condition::Other(place, mark.clone())));
        let condition = Condition::All(unmarked.into_iter().chain(write.condition).collect());
        let mut words = Words::default();
        let expression = update.marked(mark.clone()).render(&mut words);
        let condition = condition.render(&mut words);
        let (names, values) = (words.names(), words.values());
        let mut waiting = Waiting::new(self);
        loop {
            let request = self.client.update_item().table_name(&*self.name);
            let request = request
                .set_key(Some(write.key.clone().into_item()))
                .update_expression(&expression)
                .condition_expression(&condition)
                .set_expression_attribute_names(names.clone())
                .set_expression_attribute_values(values.clone())
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let error = match request.send().await {
                Ok(answer) => {
                    spent(Kind::Write, answer.consumed_capacity.as_slice());
                    let item = answer.attributes;
                    return item.ok_or_else(|| Error::Malformed("an update without its item".into()));
                }
                Err(error) => error,
            };
            spent(Kind::Write, &[]);
            let error = match error {
                SdkError::ServiceError(service) => match service.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(refused) => {
                        return match refused.item {
                            Some(ours) if MARKS.iter().any(|place| ours.get(*place) == Some(&mark)) => {
                                Ok(ours)
                            }
                            found => Err(Error::Refused(vec![Refusal { index: 0, key: write.key, found }])),
                        };
                    }
                    error if error.is_transaction_conflict_exception() => Error::Contended,
                    error => sort(&error),
                },
                error => Error::of(error),
            };
            if !matches!(error, Error::Contended) || !waiting.pause().await {
                return Err(error);
            }
        }
    }
}
