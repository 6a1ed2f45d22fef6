//! API-1: the same key gives the same answer, and the work is done once.

use std::time::Duration;

use jiff::SignedDuration;

use crate::counter::{Counter, DEADLINE};

#[tokio::test]
async fn the_same_key_gives_the_first_answer_again_byte_for_byte_and_acts_once() {
    let counter = Counter::open().await;
    let first = counter.grow("k1", r#"{"by": 2}"#).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotency-replayed"), None);
    let again = counter.grow("k1", r#"{"by": 2}"#).await;
    assert_eq!((again.status, &again.bytes), (201, &first.bytes));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_eq!(counter.read().await, 2);
}

#[tokio::test]
async fn the_same_key_with_another_body_or_for_another_path_is_refused() {
    let counter = Counter::open().await;
    counter.grow("k1", r#"{"by": 2}"#).await;
    assert_eq!(counter.grow("k1", r#"{"by": 3}"#).await.code(), (422, "idempotency_key_reused"));
    // Another operation has keys of its own.
    let other = counter.send("POST", "/counter/again", &[("idempotency-key", "k1")], r#"{"by": 2}"#).await;
    assert_eq!(other.status, 201);
    assert_eq!(counter.read().await, 4);
}

#[tokio::test]
async fn a_post_without_a_sound_key_is_refused_and_changes_nothing() {
    let counter = Counter::open().await;
    let bare = counter.send("POST", "/counter", &[], r#"{"by": 2}"#).await;
    assert_eq!(bare.code(), (400, "idempotency_key_missing"));
    for key in ["", "two words", &"k".repeat(129)] {
        let answer = counter.grow(key, r#"{"by": 2}"#).await;
        assert_eq!(answer.code(), (400, "idempotency_key_invalid"), "{key:?}");
    }
    assert_eq!(counter.read().await, 0);
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_is_given_again() {
    let counter = Counter::open().await;
    let first = counter.grow("k1", r#"{"by": 0}"#).await;
    assert_eq!(first.code(), (422, "grows_by_nothing"));
    let again = counter.grow("k1", r#"{"by": 0}"#).await;
    assert_eq!(again.code(), (422, "grows_by_nothing"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn a_fault_of_ours_leaves_the_key_free_to_be_tried_again_at_once() {
    let counter = Counter::open().await;
    for _ in 0..2 {
        let answer = counter.grow("k1", r#"{"by": 13}"#).await;
        assert_eq!(answer.code(), (500, "internal_error"));
        assert_eq!(answer.header("idempotency-replayed"), None);
    }
}

#[tokio::test]
async fn a_function_that_dies_in_the_middle_holds_its_key_until_its_deadline_and_no_longer() {
    let counter = Counter::open().await;
    let dying = counter.grow("k1", r#"{"by": 42}"#);
    assert!(tokio::time::timeout(Duration::from_millis(200), dying).await.is_err(), "it never answers");

    let early = counter.grow("k1", r#"{"by": 42}"#).await;
    assert_eq!(early.code(), (409, "idempotency_key_in_use"));
    let wait: i64 = early.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=DEADLINE.as_secs() + 1).contains(&wait), "{wait}");

    counter.hands.advance(DEADLINE + SignedDuration::from_secs(1));
    let retried = counter.grow("k1", r#"{"by": 42}"#);
    // It is at work again: the body makes it hang once more, which shows that the retry passed.
    assert!(tokio::time::timeout(Duration::from_millis(200), retried).await.is_err());
    assert_eq!(counter.read().await, 0);
}

#[tokio::test]
async fn a_function_that_comes_back_from_the_dead_cannot_commit() {
    let counter = Counter::open().await;
    let now = counter.door.clock.now();
    let table = &counter.door.table;
    let claim = |now| table.claim("scope", "key", "print", now, now + DEADLINE);
    let dynamo::Claimed::Ours(zombie) = claim(now).await.unwrap() else { panic!("a fresh key is free") };
    let later = now + DEADLINE + SignedDuration::from_secs(1);
    let dynamo::Claimed::Ours(heir) = claim(later).await.unwrap() else { panic!("a dead key is free") };
    let answer = dynamo::Answer { status: 201, headers: vec![], body: "{}".into() };
    let lost = table.try_commit(vec![zombie.finish(&answer)], |_| None::<&str>).await;
    assert!(matches!(lost, Err(failure::AppError::Failed(failure::Failure::Busy(_)))), "{lost:?}");
    table.commit(vec![heir.finish(&answer)]).await.unwrap();
    assert!(matches!(claim(later).await.unwrap(), dynamo::Claimed::Before(kept) if kept == answer));
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let counter = Counter::open().await;
    counter.grow("k1", r#"{"by": 2}"#).await;
    counter.hands.advance(dynamo::KEPT_FOR + SignedDuration::from_secs(1));
    assert_eq!(counter.grow("k1", r#"{"by": 3}"#).await.status, 201);
    assert_eq!(counter.read().await, 5);
}

#[tokio::test]
async fn of_many_requests_with_one_key_at_once_one_acts() {
    let counter = Counter::open().await;
    let calls = (0..20).map(|_| counter.grow("k1", r#"{"by": 5}"#));
    let answers = futures::future::join_all(calls).await;
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
    assert_eq!(counter.read().await, 5);
}
