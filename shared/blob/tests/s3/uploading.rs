//! Objects written piece by piece.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use blob::{BlobError, Bucket, PART, Upload};
use bytes::Bytes;
use http::Method;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::engine::{Engine, Fault};

/// Bytes of which no two parts are alike.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect()
}

async fn write(upload: &mut Upload, bytes: &[u8], step: usize) -> Result<(), BlobError> {
    for piece in bytes.chunks(step) {
        upload.write(piece).await?;
    }
    Ok(())
}

async fn digest(bucket: &Bucket, key: &str) -> [u8; 32] {
    let mut object = bucket.get(key).await.unwrap().unwrap();
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match object.body.read(&mut buffer).await.unwrap() {
            0 => return digest.finalize().into(),
            n => digest.update(&buffer[..n]),
        }
    }
}

#[tokio::test]
async fn an_object_is_the_same_however_it_was_cut() {
    let (engine, bucket) = Engine::with_bucket().await;
    for (n, (length, step, parts)) in
        [(0, 1, 0), (5, 2, 0), (PART, PART, 0), (PART + 1, 1 << 20, 2), (2 * PART + 77, 3_333_333, 3)]
            .into_iter()
            .enumerate()
    {
        let key = format!("out/{n}");
        let before = engine.seen(Method::PUT, "partNumber=");
        let whole = bytes(length);
        let mut upload = bucket.upload(key.as_str(), "application/octet-stream");
        write(&mut upload, &whole, step).await.unwrap();
        upload.finish().await.unwrap();
        assert_eq!(digest(&bucket, &key).await, <[u8; 32]>::from(Sha256::digest(&whole)), "{length}");
        assert_eq!(engine.seen(Method::PUT, "partNumber=") - before, parts, "{length}");
        let head = bucket.head(&key).await.unwrap().unwrap();
        assert_eq!(head.content_type.as_deref(), Some("application/octet-stream"));
    }
    assert_eq!(engine.stray_parts(), 0);
}

#[tokio::test]
async fn nothing_appears_before_it_is_finished() {
    let (engine, bucket) = Engine::with_bucket().await;
    let mut upload = bucket.upload("out", "text/csv");
    upload.write(bytes(PART + 1)).await.unwrap();
    assert_eq!(engine.seen(Method::PUT, "partNumber=1"), 1);
    assert_eq!(engine.stray_parts(), 1);
    assert_eq!(bucket.head("out").await, Ok(None));
    upload.abort().await.unwrap();
    assert_eq!(bucket.head("out").await, Ok(None));
    assert_eq!(engine.seen(Method::DELETE, "uploadId="), 1);
    assert_eq!(engine.stray_parts(), 0);
}

#[tokio::test]
async fn an_upload_that_lost_a_part_cannot_be_finished() {
    let (engine, bucket) = Engine::with_bucket().await;
    let mut upload = bucket.upload("out", "text/csv");
    write(&mut upload, &bytes(2 * PART), PART).await.unwrap();
    engine.fail(Method::PUT, "partNumber=2", Fault::Says(503, "SlowDown"));
    let lost = upload.write(bytes(1)).await.unwrap_err();
    assert!(matches!(lost, BlobError::Unavailable(_)), "{lost:?}");
    engine.mend();
    assert!(matches!(upload.finish().await, Err(BlobError::Refused(_))));
    assert_eq!(bucket.head("out").await, Ok(None));
    assert_eq!(engine.stray_parts(), 0);
}

#[tokio::test]
async fn an_upload_whose_write_was_dropped_half_way_cannot_be_finished() {
    let (engine, bucket) = Engine::with_bucket().await;
    let mut upload = bucket.upload("out", "text/csv");
    upload.write(bytes(PART)).await.unwrap();
    engine.fail(Method::PUT, "partNumber=1", Fault::Hangs);
    let write = tokio::time::timeout(Duration::from_millis(200), upload.write(b"x")).await;
    assert!(write.is_err(), "{write:?}");
    engine.mend();
    assert!(matches!(upload.finish().await, Err(BlobError::Refused(_))));
    assert_eq!(bucket.head("out").await, Ok(None));
    assert_eq!(engine.stray_parts(), 0);
}

#[tokio::test]
async fn a_finish_that_fails_gives_the_parts_back_and_says_why() {
    let (engine, bucket) = Engine::with_bucket().await;
    let mut upload = bucket.upload("out", "text/csv");
    upload.write(bytes(PART + 1)).await.unwrap();
    engine.fail(Method::POST, "uploadId=", Fault::Says(500, "InternalError"));
    assert!(matches!(upload.finish().await, Err(BlobError::Unavailable(_))));
    assert_eq!(engine.seen(Method::DELETE, "uploadId="), 1);
    assert_eq!(engine.stray_parts(), 0);
}

/// Counts what this crate logs.
#[derive(Clone, Default)]
struct Warnings(Arc<AtomicUsize>);

impl<S: tracing::Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("blob") {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn an_upload_that_is_merely_dropped_is_not_silent() {
    let heard = Warnings::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(heard.clone()));
    let (_, bucket) = Engine::with_bucket().await;
    drop(bucket.upload("nothing sent", "text/csv"));
    assert_eq!(heard.0.load(Ordering::SeqCst), 0);
    let mut upload = bucket.upload("out", "text/csv");
    upload.write(Bytes::from(bytes(PART + 1))).await.unwrap();
    drop(upload);
    assert_eq!(heard.0.load(Ordering::SeqCst), 1);
}
