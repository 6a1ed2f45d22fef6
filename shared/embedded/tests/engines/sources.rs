//! Lambda's work between a stream or a queue and a function.

use std::cell::RefCell;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::MessageAttributeValue;
use clock::Hands;
use embedded::Engines;
use embedded::sources::{Pump, Turn, pumps};
use embedded::template::{Parameters, Template};
use jiff::SignedDuration;
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
Resources:
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: things
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
  Work:
    Type: AWS::SQS::Queue
    Properties: { QueueName: work, VisibilityTimeout: 60 }
  Dead:
    Type: AWS::SQS::Queue
    Properties: { QueueName: dead }
  Reader:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: target/lambda/reader/, Handler: bootstrap, Runtime: provided.al2023 }
  Worker:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: target/lambda/worker/, Handler: bootstrap, Runtime: provided.al2023 }
  FromThings:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Reader, EventSourceArn: !GetAtt Things.StreamArn, StartingPosition: TRIM_HORIZON, BatchSize: 100,
      BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, FunctionResponseTypes: [ReportBatchItemFailures],
      DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } } }
  FromWork:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Worker, EventSourceArn: !GetAtt Work.Arn, BatchSize: 10, FunctionResponseTypes: [ReportBatchItemFailures] }
"#;

struct Plant {
    engines: Engines,
    hands: Hands,
    pumps: Vec<Pump>,
    url: HashMap<String, String>,
}

impl Plant {
    async fn open() -> Plant {
        let (clock, hands) = crate::clock();
        let engines = Engines::memory(clock).unwrap();
        let stack = Template::parse(TEMPLATE).unwrap().resolve(&Parameters::new("plant")).unwrap();
        engines.install(&stack).await.unwrap();
        let pumps = pumps(&engines, &stack).unwrap();
        let url = stack.queues.iter().map(|queue| (queue.logical_id.clone(), queue.url.clone())).collect();
        Plant { engines, hands, pumps, url }
    }

    async fn put(&self, pk: &str) {
        let request = self.engines.dynamo_client().put_item().table_name("things");
        request.item("pk", AttributeValue::S(pk.into())).send().await.unwrap();
    }

    async fn send(&self, body: &str) {
        let request = self.engines.sqs_client().send_message().queue_url(&self.url["Work"]);
        request.message_body(body).send().await.unwrap();
    }

    async fn dead(&self) -> Vec<String> {
        let request = self.engines.sqs_client().receive_message().queue_url(&self.url["Dead"]);
        let messages = request.max_number_of_messages(10).send().await.unwrap().messages.unwrap_or_default();
        messages.into_iter().map(|message| message.body.unwrap()).collect()
    }

    async fn turn(&mut self, function: &str, judge: impl Fn(&[Value]) -> Result<Value, String>) -> Turn {
        let pump = self.pumps.iter_mut().find(|pump| pump.function == function).unwrap();
        let judge = &judge;
        pump.turn(0, |event| async move { judge(event["Records"].as_array().unwrap()) }).await.unwrap()
    }
}

fn keys(records: &[Value]) -> Vec<String> {
    let key = |record: &Value| record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().to_owned();
    records.iter().map(key).collect()
}

fn bodies(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["body"].as_str().unwrap().to_owned()).collect()
}

fn failing(identifiers: &[&str]) -> Value {
    let failures = identifiers.iter().map(|id| json!({ "itemIdentifier": id }));
    json!({ "batchItemFailures": failures.collect::<Vec<_>>() })
}

#[tokio::test]
async fn a_stream_goes_on_from_the_record_that_failed() {
    let mut plant = Plant::open().await;
    for pk in ["a", "b", "c"] {
        plant.put(pk).await;
    }
    let turn = plant
        .turn("Reader", |records| {
            let number = records[1]["dynamodb"]["SequenceNumber"].as_str().unwrap();
            Ok(failing(&[number]))
        })
        .await;
    assert_eq!(turn, Turn::Failed);
    let seen = RefCell::new(Vec::new());
    let turn = plant
        .turn("Reader", |records| {
            seen.borrow_mut().extend(keys(records));
            Ok(failing(&[]))
        })
        .await;
    assert_eq!((turn, seen.into_inner()), (Turn::Settled(2), vec!["b".to_owned(), "c".to_owned()]));
    assert_eq!(plant.turn("Reader", |_| Ok(failing(&[]))).await, Turn::Idle);
}

#[tokio::test]
async fn the_one_record_that_fails_every_time_is_given_up_and_all_others_are_done() {
    let mut plant = Plant::open().await;
    let all = ["a", "b", "poison", "d", "e"];
    for pk in all {
        plant.put(pk).await;
    }
    let done = RefCell::new(Vec::new());
    for _ in 0..100 {
        let turn = plant
            .turn("Reader", |records| {
                let keys = keys(records);
                if keys.iter().any(|key| key == "poison") {
                    return Err("this batch is bad".into());
                }
                done.borrow_mut().extend(keys);
                Ok(failing(&[]))
            })
            .await;
        if turn == Turn::Idle {
            break;
        }
    }
    assert_eq!(done.into_inner(), ["a", "b", "d", "e"]);
    let dead = plant.dead().await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].contains("poison"), "{}", dead[0]);
}

#[tokio::test]
async fn messages_that_the_function_names_come_back_and_the_others_are_gone() {
    let mut plant = Plant::open().await;
    for body in ["1", "2", "3"] {
        plant.send(body).await;
    }
    let turn = plant
        .turn("Worker", |records| {
            assert_eq!(records.len(), 3);
            let failed = records.iter().find(|record| record["body"] == "2").unwrap();
            Ok(failing(&[failed["messageId"].as_str().unwrap()]))
        })
        .await;
    assert_eq!(turn, Turn::Failed);
    assert_eq!(plant.turn("Worker", |_| Ok(failing(&[]))).await, Turn::Idle, "it is hidden for a minute");
    plant.hands.advance(SignedDuration::from_secs(61));
    let seen = RefCell::new(Vec::new());
    plant
        .turn("Worker", |records| {
            assert_eq!(records[0]["attributes"]["ApproximateReceiveCount"], "2");
            seen.borrow_mut().extend(bodies(records));
            Ok(failing(&[]))
        })
        .await;
    assert_eq!(seen.into_inner(), ["2"]);
}

#[tokio::test]
async fn a_message_brings_its_attributes() {
    let mut plant = Plant::open().await;
    let attribute = |kind: &str| MessageAttributeValue::builder().data_type(kind);
    let request = plant.engines.sqs_client().send_message().queue_url(&plant.url["Work"]).message_body("1");
    let text = attribute("String").string_value("00-abc-def-01").build().unwrap();
    let bytes = attribute("Binary").binary_value(Blob::new([1, 2, 3])).build().unwrap();
    let request = request.message_attributes("traceparent", text).message_attributes("digest", bytes);
    request.send().await.unwrap();
    let turn = plant
        .turn("Worker", |records| {
            let attributes = &records[0]["messageAttributes"];
            assert_eq!(
                attributes["traceparent"],
                json!({ "stringValue": "00-abc-def-01", "stringListValues": [], "binaryListValues": [], "dataType": "String" })
            );
            assert_eq!((&attributes["digest"]["binaryValue"], &attributes["digest"]["dataType"]), (&json!("AQID"), &json!("Binary")));
            Ok(failing(&[]))
        })
        .await;
    assert_eq!(turn, Turn::Settled(1));
}

#[tokio::test]
async fn a_fault_or_an_unknown_name_brings_the_whole_batch_back() {
    let answers: [fn() -> Result<Value, String>; 3] =
        [|| Err("it fell".into()), || Ok(failing(&["nobody"])), || Ok(failing(&[""]))];
    for answer in answers {
        let mut plant = Plant::open().await;
        plant.send("1").await;
        plant.send("2").await;
        assert_eq!(plant.turn("Worker", |_| answer()).await, Turn::Failed);
        plant.hands.advance(SignedDuration::from_secs(61));
        assert_eq!(plant.turn("Worker", |_| Ok(failing(&[]))).await, Turn::Settled(2));
    }
}
