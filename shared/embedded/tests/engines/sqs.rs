//! SQS through the SDK.

use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message, MessageAttributeValue,
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
};
use embedded::Engines;
use jiff::SignedDuration;

use crate::{clock, engines, stack};

const FIFO: &str = "Queue";
const DEAD: &str = "Dead";
const STANDARD: &str = "Timers";

fn url(logical_id: &str) -> String {
    stack().queue(logical_id).unwrap().url.clone()
}

/// Sends to a FIFO group; the body is also the deduplication id.
async fn say(client: &Client, group: &str, body: &str) -> String {
    let sent =
        client.send_message().queue_url(url(FIFO)).message_group_id(group).message_deduplication_id(body);
    sent.message_body(body).send().await.unwrap().message_id.unwrap()
}

async fn take(client: &Client, queue: &str, most: i32) -> Vec<Message> {
    let receive = client.receive_message().queue_url(url(queue)).max_number_of_messages(most);
    let receive = receive
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .message_attribute_names("All");
    receive.send().await.unwrap().messages.unwrap_or_default()
}

async fn drop_it(client: &Client, queue: &str, message: &Message) {
    let handle = message.receipt_handle().unwrap();
    client.delete_message().queue_url(url(queue)).receipt_handle(handle).send().await.unwrap();
}

async fn hide(client: &Client, queue: &str, message: &Message, seconds: i32) -> Result<(), String> {
    let change = client.change_message_visibility().queue_url(url(queue)).visibility_timeout(seconds);
    let changed = change.receipt_handle(message.receipt_handle().unwrap()).send().await;
    changed.map(|_| ()).map_err(|problem| problem.into_service_error().code().unwrap().to_owned())
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body().unwrap()).collect()
}

fn attribute(message: &Message, name: MessageSystemAttributeName) -> &str {
    &message.attributes().unwrap()[&name]
}

async fn count(client: &Client, queue: &str, name: QueueAttributeName) -> String {
    let asked = client.get_queue_attributes().queue_url(url(queue)).attribute_names(name.clone());
    asked.send().await.unwrap().attributes.unwrap()[&name].clone()
}

#[tokio::test]
async fn a_message_is_received_with_what_it_was_sent_with_and_deleted() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    let trace = MessageAttributeValue::builder().data_type("String").string_value("00-abc").build().unwrap();
    let sent = client
        .send_message()
        .queue_url(url(STANDARD))
        .message_body("ring")
        .message_attributes("traceparent", trace.clone());
    let sent = sent.send().await.unwrap();
    assert!(sent.md5_of_message_attributes().is_some());
    let got = take(&client, STANDARD, 10).await;
    assert_eq!(bodies(&got), ["ring"]);
    assert_eq!(got[0].message_id(), sent.message_id());
    assert_eq!(got[0].message_attributes().unwrap()["traceparent"], trace);
    assert_eq!(attribute(&got[0], MessageSystemAttributeName::ApproximateReceiveCount), "1");
    assert_eq!(
        count(&client, STANDARD, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "1"
    );
    drop_it(&client, STANDARD, &got[0]).await;
    assert!(engines.sqs.is_idle().unwrap());
}

#[tokio::test]
async fn a_message_that_is_not_deleted_comes_back_when_its_time_is_up() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    client.send_message().queue_url(url(STANDARD)).message_body("ring").send().await.unwrap();
    let first = take(&client, STANDARD, 1).await;
    assert!(take(&client, STANDARD, 1).await.is_empty());
    hands.advance(SignedDuration::from_secs(29));
    assert!(take(&client, STANDARD, 1).await.is_empty());
    hands.advance(SignedDuration::from_secs(1));
    let second = take(&client, STANDARD, 1).await;
    assert_eq!(attribute(&second[0], MessageSystemAttributeName::ApproximateReceiveCount), "2");
    drop_it(&client, STANDARD, &first[0]).await;
    assert!(!engines.sqs.is_idle().unwrap(), "the handle of the first delivery is void");
    assert_eq!(hide(&client, STANDARD, &first[0], 5).await, Err("MessageNotInflight".to_owned()));
    drop_it(&client, STANDARD, &second[0]).await;
    assert!(engines.sqs.is_idle().unwrap());
}

#[tokio::test]
async fn a_delay_is_kept_to_the_second_of_our_clock() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    client
        .send_message()
        .queue_url(url(STANDARD))
        .message_body("later")
        .delay_seconds(900)
        .send()
        .await
        .unwrap();
    client
        .send_message()
        .queue_url(url(STANDARD))
        .message_body("sooner")
        .delay_seconds(10)
        .send()
        .await
        .unwrap();
    assert_eq!(count(&client, STANDARD, QueueAttributeName::ApproximateNumberOfMessagesDelayed).await, "2");
    hands.advance(SignedDuration::from_secs(10));
    assert_eq!(bodies(&take(&client, STANDARD, 10).await), ["sooner"]);
    hands.advance(SignedDuration::from_secs(890));
    assert!(bodies(&take(&client, STANDARD, 10).await).contains(&"later"));
}

#[tokio::test]
async fn visibility_is_stretched_and_ended_message_by_message() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    for body in ["a", "b"] {
        client.send_message().queue_url(url(STANDARD)).message_body(body).send().await.unwrap();
    }
    let got = take(&client, STANDARD, 10).await;
    let entry = |n: usize, seconds| {
        let entry =
            ChangeMessageVisibilityBatchRequestEntry::builder().id(n.to_string()).visibility_timeout(seconds);
        entry.receipt_handle(got[n].receipt_handle().unwrap()).build().unwrap()
    };
    client
        .change_message_visibility_batch()
        .queue_url(url(STANDARD))
        .entries(entry(0, 0))
        .entries(entry(1, 300))
        .send()
        .await
        .unwrap();
    let again = take(&client, STANDARD, 10).await;
    assert_eq!(bodies(&again), ["a"]);
    drop_it(&client, STANDARD, &again[0]).await;
    hands.advance(SignedDuration::from_secs(299));
    assert!(take(&client, STANDARD, 10).await.is_empty());
    hands.advance(SignedDuration::from_secs(1));
    assert_eq!(bodies(&take(&client, STANDARD, 10).await), ["b"]);
}

#[tokio::test]
async fn a_group_is_heard_in_order_and_waits_for_what_is_in_flight() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    for (group, body) in [("g", "g1"), ("g", "g2"), ("h", "h1"), ("g", "g3")] {
        say(&client, group, body).await;
    }
    let first = take(&client, FIFO, 1).await;
    assert_eq!(bodies(&first), ["g1"]);
    let other = take(&client, FIFO, 10).await;
    assert_eq!(bodies(&other), ["h1"]);
    assert!(take(&client, FIFO, 10).await.is_empty(), "g1 is in flight, so g2 waits");
    drop_it(&client, FIFO, &first[0]).await;
    let rest = take(&client, FIFO, 10).await;
    assert_eq!(bodies(&rest), ["g2", "g3"], "a batch may hold more of one group");
    let numbers: Vec<_> =
        rest.iter().map(|message| attribute(message, MessageSystemAttributeName::SequenceNumber)).collect();
    assert!(numbers.is_sorted());
}

#[tokio::test]
async fn what_failed_in_a_group_comes_again_before_what_follows_it() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    for body in ["1", "2", "3"] {
        say(&client, "g", body).await;
    }
    let got = take(&client, FIFO, 10).await;
    drop_it(&client, FIFO, &got[0]).await;
    hide(&client, FIFO, &got[1], 0).await.unwrap();
    assert!(take(&client, FIFO, 10).await.is_empty(), "3 is still in flight");
    hide(&client, FIFO, &got[2], 0).await.unwrap();
    assert_eq!(bodies(&take(&client, FIFO, 10).await), ["2", "3"]);
    hands.advance(SignedDuration::from_secs(60));
    let expired = client
        .delete_message()
        .queue_url(url(FIFO))
        .receipt_handle(got[1].receipt_handle().unwrap())
        .send()
        .await;
    assert!(expired.is_ok(), "a void handle deletes nothing and says nothing");
    assert_eq!(count(&client, FIFO, QueueAttributeName::ApproximateNumberOfMessages).await, "2");
}

#[tokio::test]
async fn a_fifo_message_whose_visibility_has_ended_is_not_deleted_by_its_old_handle() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    say(&client, "g", "1").await;
    let got = take(&client, FIFO, 1).await;
    hands.advance(SignedDuration::from_secs(60));
    let handle = got[0].receipt_handle().unwrap();
    let refused =
        client.delete_message().queue_url(url(FIFO)).receipt_handle(handle).send().await.unwrap_err();
    assert_eq!(refused.into_service_error().code(), Some("InvalidParameterValue"));
    assert_eq!(bodies(&take(&client, FIFO, 1).await), ["1"]);
}

#[tokio::test]
async fn the_same_fact_sent_twice_within_five_minutes_is_one_message() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    let first = say(&client, "g", "fact").await;
    assert_eq!(say(&client, "g", "fact").await, first);
    let got = take(&client, FIFO, 10).await;
    drop_it(&client, FIFO, &got[0]).await;
    assert_eq!(say(&client, "g", "fact").await, first, "also after it was deleted");
    assert!(take(&client, FIFO, 10).await.is_empty());
    assert_ne!(say(&client, "another group", "fact").await, first, "the scope is the group");
    hands.advance(SignedDuration::from_mins(5));
    assert_ne!(say(&client, "g", "fact").await, first);
    assert_eq!(take(&client, FIFO, 10).await.len(), 2);
}

#[tokio::test]
async fn what_is_received_too_often_is_put_aside_and_lets_its_group_go_on() {
    let (engines, hands) = engines().await;
    let client = engines.sqs_client();
    let poison = say(&client, "g", "poison").await;
    say(&client, "g", "healthy").await;
    for _ in 0..2 {
        assert_eq!(bodies(&take(&client, FIFO, 1).await), ["poison"]);
        hands.advance(SignedDuration::from_secs(60));
    }
    assert_eq!(bodies(&take(&client, FIFO, 1).await), ["healthy"]);
    let dead = take(&client, DEAD, 10).await;
    assert_eq!((bodies(&dead), dead[0].message_id()), (vec!["poison"], Some(poison.as_str())));
    assert_eq!(attribute(&dead[0], MessageSystemAttributeName::MessageGroupId), "g");
    let source = attribute(&dead[0], MessageSystemAttributeName::DeadLetterQueueSourceArn);
    assert_eq!(source, stack().queue(FIFO).unwrap().arn);
    assert_eq!(attribute(&dead[0], MessageSystemAttributeName::ApproximateReceiveCount), "1");
    drop_it(&client, DEAD, &dead[0]).await;
    assert!(take(&client, DEAD, 10).await.is_empty());
}

#[tokio::test]
async fn everything_is_found_as_it_was_after_the_process_died() {
    let directory = tempfile::tempdir().unwrap();
    let (clock, hands) = clock();
    let open = async || {
        let engines = Engines::on_disk(directory.path(), clock.clone()).unwrap();
        engines.install(&stack()).await.unwrap();
        engines.sqs_client()
    };
    {
        let client = open().await;
        for body in ["dead", "flying", "waiting"] {
            say(&client, body, body).await;
        }
        client
            .send_message()
            .queue_url(url(STANDARD))
            .message_body("delayed")
            .delay_seconds(300)
            .send()
            .await
            .unwrap();
        let got = take(&client, FIFO, 1).await;
        hide(&client, FIFO, &got[0], 0).await.unwrap();
        let got = take(&client, FIFO, 1).await;
        hide(&client, FIFO, &got[0], 0).await.unwrap();
        assert_eq!(bodies(&take(&client, FIFO, 1).await), ["flying"]);
    }
    let client = open().await;
    assert_eq!(bodies(&take(&client, DEAD, 10).await), ["dead"]);
    say(&client, "waiting", "waiting").await;
    assert_eq!(
        bodies(&take(&client, FIFO, 10).await),
        ["waiting"],
        "flying is in flight, and nothing was sent twice"
    );
    hands.advance(SignedDuration::from_secs(60));
    let flying = take(&client, FIFO, 1).await;
    assert_eq!(attribute(&flying[0], MessageSystemAttributeName::ApproximateReceiveCount), "2");
    assert!(take(&client, STANDARD, 10).await.is_empty());
    hands.advance(SignedDuration::from_secs(239));
    assert!(take(&client, STANDARD, 10).await.is_empty());
    hands.advance(SignedDuration::from_secs(1));
    assert_eq!(bodies(&take(&client, STANDARD, 10).await), ["delayed"]);
}

#[tokio::test]
async fn each_entry_of_a_batch_succeeds_or_fails_by_itself() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    let entry = |id: &str, body: &str| {
        let entry = SendMessageBatchRequestEntry::builder().id(id).message_body(body);
        entry.message_group_id("g").message_deduplication_id(id).build().unwrap()
    };
    let sent = client
        .send_message_batch()
        .queue_url(url(FIFO))
        .entries(entry("good", "x"))
        .entries(entry("bad", "\u{1}"));
    let sent = sent.send().await.unwrap();
    assert_eq!((sent.successful()[0].id(), sent.failed()[0].id()), ("good", "bad"));
    assert!(sent.failed()[0].sender_fault());
    let got = take(&client, FIFO, 10).await;
    let gone = |id: &str, handle: &str| {
        DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(handle).build().unwrap()
    };
    let deleted = client
        .delete_message_batch()
        .queue_url(url(FIFO))
        .entries(gone("a", got[0].receipt_handle().unwrap()));
    let deleted = deleted.entries(gone("b", "nonsense")).send().await.unwrap();
    assert_eq!((deleted.successful()[0].id(), deleted.failed()[0].id()), ("a", "b"));
    assert_eq!(deleted.failed()[0].code(), "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_comes_and_not_before_it_has_to() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    let poll = |seconds| client.receive_message().queue_url(url(STANDARD)).wait_time_seconds(seconds).send();
    let start = Instant::now();
    assert!(poll(1).await.unwrap().messages().is_empty());
    assert!(start.elapsed() >= Duration::from_secs(1));
    let start = Instant::now();
    let (got, ()) = futures::join!(poll(20), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.send_message().queue_url(url(STANDARD)).message_body("ring").send().await.unwrap();
    });
    assert_eq!(bodies(got.unwrap().messages()), ["ring"]);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_sqs_refuses_is_refused() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    let send = |queue: &str| client.send_message().queue_url(url(queue));
    let code =
        |problem: aws_sdk_sqs::operation::send_message::SendMessageError| problem.code().unwrap().to_owned();
    for (request, expect) in [
        (send(FIFO).message_body("x").message_deduplication_id("x"), "MissingParameter"),
        (send(FIFO).message_body("x").message_group_id("g"), "InvalidParameterValue"),
        (
            send(FIFO).message_body("x").message_group_id("g").message_deduplication_id("x").delay_seconds(1),
            "InvalidParameterValue",
        ),
        (send(STANDARD).message_body("x").message_deduplication_id("x"), "InvalidParameterValue"),
        (send(STANDARD).message_body(""), "MissingParameter"),
        (send(STANDARD).message_body("x".repeat(262_145)), "InvalidParameterValue"),
        (send(STANDARD).message_body("x").delay_seconds(901), "InvalidParameterValue"),
        (
            client.send_message().queue_url("http://localhost/0/nobody").message_body("x"),
            "AWS.SimpleQueueService.NonExistentQueue",
        ),
    ] {
        let refused = request.send().await.unwrap_err();
        assert_eq!(code(refused.into_service_error()), expect);
    }
    let poll = client
        .receive_message()
        .queue_url(url(STANDARD))
        .max_number_of_messages(11)
        .send()
        .await
        .unwrap_err();
    assert_eq!(poll.into_service_error().code(), Some("InvalidParameterValue"));
    assert!(engines.sqs.is_idle().unwrap());
}

#[tokio::test]
async fn queues_are_what_the_template_says() {
    let (engines, _) = engines().await;
    let client = engines.sqs_client();
    assert_eq!(client.list_queues().send().await.unwrap().queue_urls().len(), 5);
    let found = client.get_queue_url().queue_name("shop-things.fifo").send().await.unwrap();
    assert_eq!(found.queue_url(), Some(url(FIFO).as_str()));
    let all = client
        .get_queue_attributes()
        .queue_url(url(FIFO))
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .unwrap();
    let all = all.attributes.unwrap();
    assert_eq!(all[&QueueAttributeName::VisibilityTimeout], "60");
    assert_eq!(all[&QueueAttributeName::DeduplicationScope], "messageGroup");
    assert!(all[&QueueAttributeName::RedrivePolicy].contains("shop-things-dead.fifo"));
    engines.install(&stack()).await.unwrap();
    client.purge_queue().queue_url(url(FIFO)).send().await.unwrap();
}
