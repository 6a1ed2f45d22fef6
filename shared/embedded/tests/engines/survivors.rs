//! What the engines do after a process died: its messages in flight are delivered again, and its unsent
//! notices are sent.

use std::path::Path;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::types::Message;
use embedded::Engines;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::Value;

use crate::{clock, engines, stack};

const BUCKET: &str = "shop-files-000000000000";

async fn send(engines: &Engines, queue: &str, group: Option<&str>, body: &str, delay: Option<i32>) {
    let request = engines.sqs_client().send_message().queue_url(&stack().queue(queue).unwrap().url);
    let request = request.set_message_group_id(group.map(str::to_owned)).set_delay_seconds(delay);
    let request = request.set_message_deduplication_id(group.map(|_| body.to_owned()));
    request.message_body(body).send().await.unwrap();
}

async fn take(engines: &Engines, queue: &str) -> Vec<Message> {
    let request = engines.sqs_client().receive_message().queue_url(&stack().queue(queue).unwrap().url);
    request.max_number_of_messages(10).send().await.unwrap().messages.unwrap_or_default()
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body().unwrap()).collect()
}

#[tokio::test]
async fn what_was_received_and_not_deleted_can_be_received_at_once() {
    let (engines, _) = engines().await;
    for body in ["1", "2", "3"] {
        send(&engines, "Timers", None, body, None).await;
    }
    let taken = take(&engines, "Timers").await;
    assert_eq!(bodies(&taken), ["1", "2", "3"]);
    let done = engines.sqs_client().delete_message().queue_url(&stack().queue("Timers").unwrap().url);
    done.receipt_handle(taken[1].receipt_handle().unwrap()).send().await.unwrap();
    assert!(take(&engines, "Timers").await.is_empty(), "they are hidden");

    assert_eq!(engines.sqs.take_back().unwrap(), 2);
    assert_eq!(bodies(&take(&engines, "Timers").await), ["1", "3"]);
}

#[tokio::test]
async fn a_group_that_was_blocked_by_a_dead_process_goes_on_in_its_order() {
    let (engines, _) = engines().await;
    for body in ["a1", "a2"] {
        send(&engines, "Queue", Some("a"), body, None).await;
    }
    let request = engines.sqs_client().receive_message().queue_url(&stack().queue("Queue").unwrap().url);
    assert_eq!(request.send().await.unwrap().messages().len(), 1);
    assert!(take(&engines, "Queue").await.is_empty(), "the group waits");
    assert_eq!(engines.sqs.take_back().unwrap(), 1);
    assert_eq!(bodies(&take(&engines, "Queue").await), ["a1", "a2"]);
}

#[tokio::test]
async fn a_delay_is_not_ended_by_taking_back_nor_is_a_try_forgotten() {
    let (engines, hands) = engines().await;
    send(&engines, "Timers", None, "later", Some(60)).await;
    send(&engines, "Timers", None, "now", None).await;
    assert_eq!(bodies(&take(&engines, "Timers").await), ["now"]);
    assert_eq!(engines.sqs.take_back().unwrap(), 1);
    assert_eq!(engines.sqs.take_back().unwrap(), 0, "nothing is in hand any more");
    assert_eq!(bodies(&take(&engines, "Timers").await), ["now"]);
    // It was received twice, which is the limit of this queue.
    engines.sqs.take_back().unwrap();
    hands.advance(SignedDuration::from_secs(60));
    assert_eq!(bodies(&take(&engines, "Timers").await), ["later"]);
    assert_eq!(bodies(&take(&engines, "TimersDead").await), ["now"]);
}

async fn open(directory: &Path) -> Engines {
    let engines = Engines::on_disk(directory, clock().0).unwrap();
    engines.install(&stack()).await.unwrap();
    engines
}

async fn put(engines: &Engines, key: &str, body: &'static str) -> bool {
    let put = engines.s3_client().put_object().bucket(BUCKET).key(key);
    put.body(ByteStream::from_static(body.as_bytes())).send().await.is_ok()
}

fn told(messages: &[Message]) -> Vec<(String, String)> {
    let record = |message: &Message| {
        let object = serde_json::from_str::<Value>(message.body().unwrap()).unwrap()["Records"][0].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        assert_eq!(object["eventName"], "ObjectCreated:Put");
        (text(&object["s3"]["object"]["key"]), text(&object["s3"]["object"]["eTag"]))
    };
    messages.iter().map(record).collect()
}

#[tokio::test]
async fn an_object_whose_notice_was_lost_is_told_of_by_the_next_process() {
    let directory = tempfile::tempdir().unwrap();
    let engines = open(directory.path()).await;
    let sqs = Connection::open(directory.path().join("sqs.db")).unwrap();
    // From here on the process dies after it has stored an object and before the notice.
    let dies = "CREATE TRIGGER dies BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'died'); END";
    sqs.execute_batch(dies).unwrap();
    assert!(!put(&engines, "imports/a b.csv", "sku").await);
    assert!(put(&engines, "imports/unheard.txt", "sku").await);
    let head = engines.s3_client().head_object().bucket(BUCKET).key("imports/a b.csv").send().await.unwrap();
    let e_tag = head.e_tag().unwrap().trim_matches('"').to_owned();
    drop(engines);
    sqs.execute_batch("DROP TRIGGER dies").unwrap();

    let engines = open(directory.path()).await;
    // The client has tried three times, and it is one object.
    assert_eq!(told(&take(&engines, "Uploads").await), [("imports/a+b.csv".to_owned(), e_tag)]);
    // There was one notice, and there is no other.
    drop(engines);
    assert!(take(&open(directory.path()).await, "Uploads").await.is_empty());
}

#[tokio::test]
async fn nobody_is_told_of_an_object_that_never_came_to_stand() {
    let directory = tempfile::tempdir().unwrap();
    let engines = open(directory.path()).await;
    assert!(put(&engines, "imports/a.csv", "sku").await);
    assert_eq!(take(&engines, "Uploads").await.len(), 1);
    let sqs = Connection::open(directory.path().join("sqs.db")).unwrap();
    let left = sqs.query_row("SELECT COUNT(*) FROM promises", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(left, 0, "what was told is struck out");
    drop(engines);
    let note = r#"{"bucket":"shop-files-000000000000","key":"imports/b.csv","made":"ObjectCreated:Put"}"#;
    sqs.execute("INSERT INTO promises (note) VALUES (?1)", [note]).unwrap();

    let engines = open(directory.path()).await;
    engines.sqs.take_back().unwrap();
    assert_eq!(told(&take(&engines, "Uploads").await)[0].0, "imports/a.csv");
    let left = sqs.query_row("SELECT COUNT(*) FROM promises", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(left, 0);
}
