//! A table's stream as its functions see it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use embedded::Engines;
use embedded::dynamo::StreamReader;
use embedded::pattern::Pattern;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{clock, engines, stack};

const TABLE: &str = "shop-things";

async fn put(client: &Client, pk: &str, more: &[(&str, AttributeValue)]) {
    let mut item = HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.to_owned())),
        ("sk".to_owned(), AttributeValue::S("-".to_owned())),
    ]);
    item.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

fn reader(engines: &Engines, name: &str, patterns: &[&str], batch: usize) -> StreamReader {
    let filters: Vec<Pattern> = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
    StreamReader::open(&engines.dynamo, name, stack().table(TABLE).unwrap(), &filters, batch).unwrap()
}

fn keys(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    records.map(|record| record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().to_owned()).collect()
}

fn number(event: &Value, n: usize) -> String {
    event["Records"][n]["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_reader_sees_what_passes_its_filter_in_the_order_it_was_written() {
    let (engines, _) = engines().await;
    let client = engines.dynamo_client();
    let emits = [("emits", AttributeValue::S("[]".to_owned()))];
    put(&client, "a", &emits).await;
    put(&client, "b", &[]).await;
    put(&client, "c", &emits).await;
    put(&client, "d", &emits).await;
    let filter = r#"{"dynamodb":{"NewImage":{"emits":{"S":[{"exists":true}]}}}}"#;
    let mut reader = reader(&engines, "relay", &[filter], 2);
    let batch = reader.next_batch().unwrap().unwrap();
    assert_eq!(keys(&batch.event), ["a", "c"]);
    assert_eq!(batch.event["Records"][0]["eventName"], "INSERT");
    assert_eq!(batch.event["Records"][0]["awsRegion"], "us-east-1");
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/shop-things/stream/latest";
    assert_eq!(batch.event["Records"][0]["eventSourceARN"], arn);
    assert_eq!(keys(&reader.next_batch().unwrap().unwrap().event), ["a", "c"], "not done yet");
    reader.done(batch.end).unwrap();
    let batch = reader.next_batch().unwrap().unwrap();
    assert_eq!(keys(&batch.event), ["d"]);
    reader.done(batch.end).unwrap();
    assert!(reader.next_batch().unwrap().is_none());
}

#[tokio::test]
async fn a_fact_is_found_behind_more_silent_writes_than_one_read_looks_at() {
    let (engines, _) = engines().await;
    let client = engines.dynamo_client();
    let filter = r#"{"dynamodb":{"NewImage":{"emits":{"S":[{"exists":true}]}}}}"#;
    let mut reader = reader(&engines, "relay", &[filter], 10);
    for n in 0..1_001 {
        put(&client, &format!("silent-{n}"), &[]).await;
    }
    put(&client, "told", &[("emits", AttributeValue::S("[]".to_owned()))]).await;
    let batch = reader.next_batch().unwrap().unwrap();
    assert_eq!(keys(&batch.event), ["told"]);
    reader.done(batch.end).unwrap();
    // One that only speaks of the attribute is looked at, and does not pass.
    put(&client, "quoted", &[("note", AttributeValue::S(r#""emits""#.to_owned()))]).await;
    put(&client, "silent", &[]).await;
    assert!(reader.next_batch().unwrap().is_none());
}

#[tokio::test]
async fn a_batch_that_fails_in_the_middle_goes_on_at_the_record_that_failed() {
    let (engines, _) = engines().await;
    let client = engines.dynamo_client();
    for pk in ["a", "b", "c"] {
        put(&client, pk, &[]).await;
    }
    let mut reader = reader(&engines, "it", &[], 10);
    let batch = reader.next_batch().unwrap().unwrap();
    let (first, second) = batch.halves().unwrap();
    assert_eq!(
        (keys(&first.event), keys(&second.event)),
        (vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()])
    );
    assert!(first.halves().is_none());
    assert_eq!(batch.before("unheard of"), reader.position());
    reader.done(batch.before(&number(&batch.event, 1))).unwrap();
    assert_eq!(keys(&reader.next_batch().unwrap().unwrap().event), ["b", "c"]);
}

#[tokio::test]
async fn a_reader_goes_on_where_it_stood_when_the_process_died() {
    let directory = tempfile::tempdir().unwrap();
    let (clock, _) = clock();
    let open = async || {
        let engines = Engines::on_disk(directory.path(), clock.clone()).unwrap();
        engines.install(&stack()).await.unwrap();
        engines
    };
    {
        let engines = open().await;
        put(&engines.dynamo_client(), "a", &[]).await;
        put(&engines.dynamo_client(), "b", &[]).await;
        let mut reader = reader(&engines, "it", &[], 1);
        let batch = reader.next_batch().unwrap().unwrap();
        reader.done(batch.end).unwrap();
        reader.next_batch().unwrap().unwrap();
    }
    let engines = open().await;
    assert_eq!(keys(&reader(&engines, "it", &[], 1).next_batch().unwrap().unwrap().event), ["b"]);
    assert_eq!(keys(&reader(&engines, "another", &[], 1).next_batch().unwrap().unwrap().event), ["a"]);
}

#[tokio::test]
async fn the_broom_removes_what_has_expired_by_our_clock_and_says_who_it_is() {
    for on_disk in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let (clock, hands) = clock();
        let engines = if on_disk {
            Engines::on_disk(directory.path(), clock.clone())
        } else {
            Engines::memory(clock.clone())
        };
        let engines = engines.unwrap();
        engines.install(&stack()).await.unwrap();
        let client = engines.dynamo_client();
        let due = clock.now().as_second() + 60;
        put(&client, "mortal", &[("ttl", AttributeValue::N(due.to_string()))]).await;
        put(&client, "immortal", &[]).await;
        assert_eq!(engines.dynamo.sweep().unwrap(), 0);
        hands.advance(SignedDuration::from_secs(61));
        assert_eq!(engines.dynamo.sweep().unwrap(), 1);
        let filter = r#"{"eventName":["REMOVE"],"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}"#;
        let batch = reader(&engines, "expiry", &[filter], 10).next_batch().unwrap().unwrap();
        assert_eq!(keys(&batch.event), ["mortal"]);
        let record = &batch.event["Records"][0];
        assert_eq!(
            record["userIdentity"],
            json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"})
        );
        assert_eq!(record["dynamodb"]["OldImage"]["ttl"]["N"], due.to_string());
    }
}

#[tokio::test]
async fn a_removal_by_a_room_does_not_look_like_the_broom_s() {
    let (engines, _) = engines().await;
    let client = engines.dynamo_client();
    put(&client, "a", &[]).await;
    let key = |text: &str| AttributeValue::S(text.to_owned());
    client.delete_item().table_name(TABLE).key("pk", key("a")).key("sk", key("-")).send().await.unwrap();
    let filter = r#"{"eventName":["REMOVE"],"userIdentity":{"type":["Service"]}}"#;
    assert!(reader(&engines, "expiry", &[filter], 10).next_batch().unwrap().is_none());
}

#[tokio::test]
async fn a_record_is_forgotten_after_a_day_but_not_before_every_reader_saw_it() {
    let (engines, hands) = engines().await;
    let client = engines.dynamo_client();
    let mut slow = reader(&engines, "slow", &[], 10);
    put(&client, "a", &[]).await;
    hands.advance(SignedDuration::from_hours(25));
    put(&client, "b", &[]).await;
    engines.dynamo.sweep().unwrap();
    let batch = slow.next_batch().unwrap().unwrap();
    assert_eq!(keys(&batch.event), ["a", "b"]);
    slow.done(batch.end).unwrap();
    engines.dynamo.sweep().unwrap();
    let late = reader(&engines, "late", &[], 10).next_batch().unwrap().unwrap();
    assert_eq!(keys(&late.event), ["b"]);
}

#[tokio::test]
async fn a_clock_that_steps_back_does_not_turn_the_stream_around() {
    let (engines, hands) = engines().await;
    let client = engines.dynamo_client();
    put(&client, "a", &[]).await;
    hands.advance(SignedDuration::from_hours(-1));
    put(&client, "b", &[]).await;
    assert_eq!(keys(&reader(&engines, "it", &[], 10).next_batch().unwrap().unwrap().event), ["a", "b"]);
}
