//! The relay between a real stream's records and real queues.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use blob::Bucket;
use clock::Clock;
use embedded::{Engines, Handler, Reply};
use facts::Fact;
use facts::inventory::StockReceived;
use ids::{Mint, MovementId, VariantId, WarehouseId};
use queue::{Parcel, Queue};
use relay::{Answer, Carrier};
use serde_json::{Value, json};

/// A relay with the inventory room's queue behind it.
struct Post {
    engines: Engines,
    carrier: Carrier,
    facts_bucket: Bucket,
    url: String,
    mint: Mint,
}

impl Post {
    async fn open() -> Post {
        Post::over(|handler| handler).await
    }

    async fn over(between: impl Fn(Arc<dyn Handler>) -> Arc<dyn Handler>) -> Post {
        let at = "2026-11-21T12:00:00Z".parse().unwrap();
        let clock = Clock::fixed(at);
        let engines = Engines::memory(clock.clone()).unwrap();
        let stack = testkit::template();
        engines.install(&stack).await.unwrap();
        let url = stack.queue("InventoryQueue").unwrap().url.clone();
        let own = engines.wiring().signing_as("Relay");
        let sqs = embedded::client::sqs(between(Arc::new(engines.sqs.clone())), &own);
        let s3 = embedded::client::s3(Arc::new(engines.s3.clone()), &own);
        let bucket = stack.buckets.iter().find(|bucket| bucket.logical_id == "FactsBucket").unwrap();
        let facts_bucket = Bucket::new(engines.s3_client(), bucket.name.clone());
        let queues = BTreeMap::from([("inventory", Queue::new(sqs, url.clone()))]);
        let carrier = Carrier::new(queues, Bucket::new(s3, bucket.name.clone()));
        Post { engines, carrier, facts_bucket, url, mint: Mint::new(clock, 1) }
    }

    fn received(&self, version: u64, aggregate: &str) -> Fact {
        let fact = StockReceived {
            movement: MovementId::mint(&self.mint),
            variant: VariantId::mint(&self.mint),
            warehouse: WarehouseId::mint(&self.mint),
            quantity: 3,
        };
        Fact::of(&fact).seal(aggregate, version, 0, "2026-11-21T12:00:00Z".parse().unwrap(), None)
    }

    async fn carry(&self, records: Vec<Value>) -> Option<String> {
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        let Answer { batch_item_failures } = self.carrier.carry(event).await;
        batch_item_failures.into_iter().next().map(|failure| failure.item_identifier)
    }

    /// What the room would hear, in the order of arrival, with each message's group.
    async fn delivered(&self) -> Vec<(String, Fact)> {
        let sqs = self.engines.sqs_client();
        let mut delivered = Vec::new();
        loop {
            let request = sqs.receive_message().queue_url(&self.url).max_number_of_messages(10);
            let request =
                request.message_system_attribute_names(aws_sdk_sqs::types::MessageSystemAttributeName::All);
            let messages = request.send().await.unwrap().messages.unwrap_or_default();
            if messages.is_empty() {
                return delivered;
            }
            for message in messages {
                let attributes = message.attributes.as_ref().unwrap();
                let group = attributes.iter().find(|(name, _)| name.as_str() == "MessageGroupId").unwrap();
                let parcel: Parcel = serde_json::from_str(message.body().unwrap()).unwrap();
                delivered.push((group.1.clone(), parcel.open(Some(&self.facts_bucket)).await.unwrap()));
                let handle = message.receipt_handle().unwrap();
                sqs.delete_message().queue_url(&self.url).receipt_handle(handle).send().await.unwrap();
            }
        }
    }
}

fn record(number: u32, emits: Value) -> Value {
    json!({
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_780_000_000,
            "Keys": { "pk": { "S": "p" }, "sk": { "S": "s" } },
            "NewImage": { "pk": { "S": "p" }, "emits": emits },
            "SequenceNumber": number.to_string(),
            "SizeBytes": 1,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

fn emitting(number: u32, facts: &[Fact]) -> Value {
    record(number, json!({ "S": serde_json::to_string(facts).unwrap() }))
}

fn ids(delivered: &[(String, Fact)]) -> Vec<&str> {
    delivered.iter().map(|(_, fact)| fact.id.as_str()).collect()
}

#[tokio::test]
async fn a_fact_reaches_its_subscriber_under_its_aggregate() {
    let post = Post::open().await;
    let facts = [post.received(1, "mov_a"), post.received(2, "mov_a")];
    assert_eq!(post.carry(vec![emitting(1, &facts[..1]), emitting(2, &facts[1..])]).await, None);
    let delivered = post.delivered().await;
    assert_eq!(ids(&delivered), ["mov_a.1.0", "mov_a.2.0"]);
    assert!(delivered.iter().all(|(group, _)| group == "mov_a"));
    assert_eq!(delivered[0].1, facts[0]);
}

#[tokio::test]
async fn a_record_read_twice_is_delivered_once() {
    let post = Post::open().await;
    let fact = post.received(1, "mov_a");
    for _ in 0..2 {
        assert_eq!(post.carry(vec![emitting(1, std::slice::from_ref(&fact))]).await, None);
    }
    assert_eq!(ids(&post.delivered().await), ["mov_a.1.0"]);
}

#[tokio::test]
async fn a_fact_that_nobody_subscribes_to_goes_nowhere_and_holds_nothing_up() {
    let post = Post::open().await;
    let mut unheard = post.received(1, "x");
    unheard.name = "weather.rained.v1".into();
    let heard = post.received(1, "mov_b");
    assert_eq!(post.carry(vec![emitting(1, &[unheard]), emitting(2, &[heard])]).await, None);
    assert_eq!(ids(&post.delivered().await), ["mov_b.1.0"]);
}

#[tokio::test]
async fn a_fact_too_large_for_a_message_travels_by_reference() {
    let post = Post::open().await;
    let mut large = post.received(1, "mov_a");
    large.data["note"] = "x".repeat(queue::LARGEST_MESSAGE).into();
    assert_eq!(post.carry(vec![emitting(1, std::slice::from_ref(&large))]).await, None);
    let delivered = post.delivered().await;
    assert_eq!(delivered[0].1, large);
    assert!(post.facts_bucket.head("facts/mov_a.1.0.json").await.unwrap().is_some());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_named_and_what_follows_waits() {
    for unreadable in [json!({ "S": "not json" }), json!({ "N": "1" }), json!({ "S": "[{}]" })] {
        let post = Post::open().await;
        let before = post.received(1, "mov_a");
        let after = post.received(2, "mov_a");
        let records = vec![emitting(1, &[before]), record(2, unreadable), emitting(3, &[after])];
        assert_eq!(post.carry(records).await.as_deref(), Some("2"));
        assert_eq!(ids(&post.delivered().await), ["mov_a.1.0"]);
    }
}

/// Refuses the messages of some groups, as SQS refuses parts of a batch.
#[derive(Debug)]
struct Refusing {
    groups: BTreeSet<&'static str>,
    sqs: Arc<dyn Handler>,
}

impl Handler for Refusing {
    fn handle(&self, request: http::Request<bytes::Bytes>) -> Reply {
        let (parts, body) = request.into_parts();
        let mut batch: Value = serde_json::from_slice(&body).unwrap();
        let entries = batch["Entries"].as_array().cloned().unwrap_or_default();
        let (refused, taken): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| self.groups.contains(entry["MessageGroupId"].as_str().unwrap_or_default()));
        let refused: Vec<_> = refused
            .iter()
            .map(|entry| json!({ "Id": entry["Id"], "Code": "InternalError", "SenderFault": false }))
            .collect();
        if taken.is_empty() {
            let answer = json!({ "Successful": [], "Failed": refused }).to_string();
            return Box::pin(async move { Ok(embedded::reply(200, "application/x-amz-json-1.0", answer)) });
        }
        batch["Entries"] = taken.into();
        let going = self.sqs.handle(http::Request::from_parts(parts, batch.to_string().into()));
        Box::pin(async move {
            let answer = going.await?;
            let mut said: Value = serde_json::from_slice(answer.body()).unwrap();
            said["Failed"] = refused.into();
            Ok(answer.map(|_| said.to_string().into()))
        })
    }
}

#[tokio::test]
async fn when_a_part_of_a_batch_is_refused_the_stream_goes_on_from_the_first_record_that_was_not_relayed() {
    let groups = BTreeSet::from(["mov_bad"]);
    let post = Post::over(|sqs| Arc::new(Refusing { groups: groups.clone(), sqs })).await;
    let facts = [
        post.received(1, "mov_a"),
        post.received(1, "mov_bad"),
        post.received(2, "mov_bad"),
        post.received(2, "mov_a"),
    ];
    let records: Vec<_> =
        facts.iter().zip(1..).map(|(fact, number)| emitting(number, std::slice::from_ref(fact))).collect();
    assert_eq!(post.carry(records).await.as_deref(), Some("2"));
    // Nothing of the refused aggregate got through, so nothing of it has overtaken.
    assert!(post.delivered().await.iter().all(|(group, _)| group == "mov_a"));
}

#[tokio::test]
async fn what_was_refused_arrives_when_the_stream_is_read_again_and_nothing_arrives_twice() {
    let post = Post::open().await;
    let facts = [post.received(1, "mov_a"), post.received(1, "mov_bad")];
    let records: Vec<_> =
        facts.iter().zip(1..).map(|(fact, number)| emitting(number, std::slice::from_ref(fact))).collect();
    let refusing =
        Arc::new(Refusing { groups: BTreeSet::from(["mov_bad"]), sqs: Arc::new(post.engines.sqs.clone()) });
    let sqs = embedded::client::sqs(refusing, &post.engines.wiring());
    let queues = BTreeMap::from([("inventory", Queue::new(sqs, post.url.clone()))]);
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let first = Carrier::new(queues, post.facts_bucket.clone()).carry(event).await;
    assert_eq!(first.batch_item_failures[0].item_identifier, "2");
    assert_eq!(post.carry(records).await, None);
    assert_eq!(ids(&post.delivered().await), ["mov_a.1.0", "mov_bad.1.0"]);
}
