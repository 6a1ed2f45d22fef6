//! What a room may rely on when it uses a bucket, against a real engine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod engine;
mod folders;
mod presigned;
mod uploading;

use blob::BlobError;
use engine::{Engine, Fault};
use http::Method;
use tokio::io::{AsyncBufReadExt, AsyncReadExt};

#[tokio::test]
async fn what_was_put_is_read_back_as_a_stream_with_its_label() {
    let (_, bucket) = Engine::with_bucket().await;
    bucket.put("in/a.csv", "one\ntwo\nthree", "text/csv").await.unwrap();

    let object = bucket.get("in/a.csv").await.unwrap().unwrap();
    assert_eq!((object.size, object.content_type.as_deref()), (13, Some("text/csv")));
    let mut lines = object.body.lines();
    let mut read = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        read.push(line);
    }
    assert_eq!(read, ["one", "two", "three"]);

    let head = bucket.head("in/a.csv").await.unwrap().unwrap();
    assert_eq!((head.size, head.content_type.as_deref()), (13, Some("text/csv")));
    assert_eq!(head.etag, object.etag);
    assert!(head.etag.is_some());
}

#[tokio::test]
async fn what_is_not_there_is_none_and_can_be_deleted() {
    let (_, bucket) = Engine::with_bucket().await;
    assert!(bucket.get("nothing").await.unwrap().is_none());
    assert_eq!(bucket.read_small("nothing", 10).await, Ok(None));
    assert_eq!(bucket.get_range("nothing", 0..3).await, Ok(None));
    assert_eq!(bucket.get_range("nothing", 3..3).await, Ok(None));
    assert_eq!(bucket.head("nothing").await, Ok(None));
    assert_eq!(bucket.delete("nothing").await, Ok(()));
}

#[tokio::test]
async fn a_deleted_object_is_gone() {
    let (_, bucket) = Engine::with_bucket().await;
    bucket.put("a", "bytes", "text/plain").await.unwrap();
    bucket.delete("a").await.unwrap();
    assert!(bucket.get("a").await.unwrap().is_none());
}

#[tokio::test]
async fn an_object_larger_than_the_limit_is_not_read_into_memory() {
    let (_, bucket) = Engine::with_bucket().await;
    bucket.put("a", "12345", "text/plain").await.unwrap();
    assert_eq!(bucket.read_small("a", 4).await, Err(BlobError::TooLarge { limit: 4 }));
    assert_eq!(bucket.read_small("a", 5).await.unwrap().unwrap(), "12345");
}

#[tokio::test]
async fn a_range_is_cut_like_a_slice_that_may_end_early() {
    let (_, bucket) = Engine::with_bucket().await;
    bucket.put("a", "0123456789", "text/plain").await.unwrap();
    let check = async |range: std::ops::Range<u64>, expect: &str| {
        assert_eq!(bucket.get_range("a", range).await.unwrap().unwrap(), expect);
    };
    check(0..1, "0").await;
    check(3..7, "3456").await;
    check(8..99, "89").await;
    check(10..12, "").await;
    check(4..4, "").await;
}

#[tokio::test]
async fn only_the_first_to_put_an_absent_object_does() {
    let (_, bucket) = Engine::with_bucket().await;
    assert_eq!(bucket.put_if_absent("a", "first", "text/plain").await, Ok(true));
    assert_eq!(bucket.put_if_absent("a", "second", "text/plain").await, Ok(false));
    assert_eq!(bucket.read_small("a", 10).await.unwrap().unwrap(), "first");
}

#[tokio::test]
async fn an_empty_object_is_an_object() {
    let (_, bucket) = Engine::with_bucket().await;
    bucket.put("empty", "", "text/plain").await.unwrap();
    let mut read = String::new();
    let mut object = bucket.get("empty").await.unwrap().unwrap();
    assert_eq!(object.body.read_to_string(&mut read).await.unwrap(), 0);
    assert_eq!(object.size, 0);
}

#[tokio::test]
async fn what_waiting_mends_is_told_from_what_it_does_not() {
    let (engine, bucket) = Engine::with_bucket().await;
    let check = async |fault: Fault, mends: bool| {
        engine.fail(Method::GET, "", fault);
        let error = bucket.read_small("a", 10).await.unwrap_err();
        assert_eq!(matches!(error, BlobError::Unavailable(_)), mends, "{error:?}");
        assert_eq!(matches!(error, BlobError::Refused(_)), !mends, "{error:?}");
    };
    check(Fault::Breaks, true).await;
    check(Fault::Says(503, "SlowDown"), true).await;
    check(Fault::Says(500, "InternalError"), true).await;
    check(Fault::Says(400, "RequestTimeout"), true).await;
    check(Fault::Says(403, "AccessDenied"), false).await;
    check(Fault::Says(404, "NoSuchBucket"), false).await;
    check(Fault::Says(400, "InvalidArgument"), false).await;
    let text = bucket.read_small("a", 10).await.unwrap_err().to_string();
    assert!(text.contains("400 InvalidArgument as told"), "{text}");
}
