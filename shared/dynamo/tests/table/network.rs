//! A table behind a network whose faults a test decides.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use clock::Clock;
use dynamo::Table;
use embedded::template::{Parameters, Template};
use embedded::{Engines, Handler, Reply, reply};

const TEMPLATE: &str = r"
Resources:
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: things
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }, { AttributeName: sk, AttributeType: S }, { AttributeName: gsi1pk, AttributeType: S }, { AttributeName: gsi1sk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }]
      GlobalSecondaryIndexes:
        - { IndexName: gsi1, KeySchema: [{ AttributeName: gsi1pk, KeyType: HASH }, { AttributeName: gsi1sk, KeyType: RANGE }], Projection: { ProjectionType: ALL } }
";

/// What happens to the next request.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// It reaches the engine, and the answer is lost on the way back.
    AnswerLost,
    /// It reaches the engine, others write to `thing#1` so often, and the answer is lost.
    Overtaken(usize),
    /// It is refused with this error and does not reach the engine.
    Refused(&'static str),
    /// The transaction is cancelled because another one touches the same items.
    Conflict,
}

#[derive(Clone, Debug)]
pub struct Network {
    engine: Arc<dyn Handler>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Network {
    /// Decides what happens to the next requests; those after them get through.
    pub fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap().extend(fates);
    }

    pub fn open_fates(&self) -> usize {
        self.fates.lock().unwrap().len()
    }
}

impl Handler for Network {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let fate = self.fates.lock().unwrap().pop_front();
        let Some(fate) = fate else { return self.engine.handle(request) };
        let refusal = |body: String| {
            Box::pin(async move { Ok(reply(400, "application/x-amz-json-1.0", body)) }) as Reply
        };
        match fate {
            Fate::AnswerLost => {
                let going = self.engine.handle(request);
                Box::pin(async move {
                    going.await?;
                    // The SDK takes a broken answer for a temporary error and retries.
                    Ok(reply(503, "application/x-amz-json-1.0", "{}"))
                })
            }
            Fate::Overtaken(times) => {
                let (going, engine, like) = (self.engine.handle(request.clone()), self.engine.clone(), request);
                Box::pin(async move {
                    going.await?;
                    for n in 0..times {
                        let mut other = like.clone();
                        let mark = format!("other {n} of {times}");
                        *other.body_mut() = Bytes::from(body_marked_otherwise(like.body(), &mark));
                        engine.handle(other).await?;
                    }
                    Ok(reply(503, "application/x-amz-json-1.0", "{}"))
                })
            }
            Fate::Refused(code) => refusal(format!(r#"{{"__type":"x#{code}","message":"injected"}}"#)),
            Fate::Conflict => refusal(
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "Message":"Transaction cancelled","CancellationReasons":[{"Code":"TransactionConflict"}]}"#
                    .to_owned(),
            ),
        }
    }
}

/// The same update by another writer: every mark in it differs.
fn body_marked_otherwise(body: &[u8], mark: &str) -> String {
    let mut update: serde_json::Value = serde_json::from_slice(body).unwrap();
    for value in update["ExpressionAttributeValues"].as_object_mut().unwrap().values_mut() {
        if value["S"].as_str().is_some_and(|text| text.len() == 32) {
            value["S"] = mark.into();
        }
    }
    update.to_string()
}

/// A table, and the network in front of it.
pub async fn table() -> (Table, Network) {
    let clock = Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    let engines = Engines::memory(clock).unwrap();
    let stack = Template::parse(TEMPLATE).unwrap().resolve(&Parameters::new("snail")).unwrap();
    engines.install(&stack).await.unwrap();
    let network = Network { engine: Arc::new(engines.dynamo.clone()), fates: Arc::default() };
    let client = embedded::client::dynamo(Arc::new(network.clone()), &engines.wiring());
    (Table::new(client, "things", 1), network)
}
