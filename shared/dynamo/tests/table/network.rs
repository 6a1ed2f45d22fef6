//! A table with a network in between that a test can spoil.

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
                    // The SDK takes a broken answer for a passing trouble and sends the request again.
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

/// A table, and the network that leads to it.
pub async fn table() -> (Table, Network) {
    let clock = Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    let engines = Engines::memory(clock).unwrap();
    let stack = Template::parse(TEMPLATE).unwrap().resolve(&Parameters::new("snail")).unwrap();
    engines.install(&stack).await.unwrap();
    let network = Network { engine: Arc::new(engines.dynamo.clone()), fates: Arc::default() };
    let client = embedded::client::dynamo(Arc::new(network.clone()), &engines.wiring());
    (Table::new(client, "things", 1), network)
}
