//! What a browser may do with a presigned request, and what it may not.

use std::collections::BTreeMap;
use std::time::Duration;

use blob::{BlobError, Bucket, GetTerms, Link, Presigned, PutTerms};
use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::engine::Engine;

const BODY: &[u8] = b"sku,price\n1,2\n";
const HOUR: Duration = Duration::from_secs(3600);

/// The engine reads the machine's clock, so these tests do too.
fn now() -> Timestamp {
    Clock::system().now()
}

fn terms() -> PutTerms<'static> {
    let sha256 = hex::encode(Sha256::digest(BODY)).parse().unwrap();
    PutTerms { key: "in/a b.csv", content_type: "text/csv", length: BODY.len() as u64, sha256, expires: HOUR }
}

fn shown() -> GetTerms<'static> {
    GetTerms { key: "out/1", content_type: "text/csv", save_as: None, expires: HOUR }
}

/// The request of a browser that follows a link.
fn followed(Link { url, until }: Link) -> Presigned {
    Presigned { url, until, method: "GET".to_owned(), headers: BTreeMap::new() }
}

async fn signed(bucket: &Bucket) -> Presigned {
    bucket.presign_put(terms(), now()).await.unwrap()
}

fn query(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

#[tokio::test]
async fn a_browser_puts_exactly_what_was_signed() {
    let (engine, bucket) = Engine::with_bucket().await;
    let put = signed(&bucket).await;
    assert_eq!(put.method, "PUT");
    let (status, _, answer) = engine.browse(&put, &put.headers, BODY).await;
    assert!(status.is_success(), "{answer:?}");
    let head = bucket.head("in/a b.csv").await.unwrap().unwrap();
    assert_eq!((head.size, head.content_type.as_deref()), (BODY.len() as u64, Some("text/csv")));
}

#[tokio::test]
async fn type_length_and_digest_are_pinned_and_nothing_else() {
    let (_, bucket) = Engine::with_bucket().await;
    let put = signed(&bucket).await;
    let names = put.headers.keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(names, ["content-length", "content-type", "x-amz-checksum-sha256"]);
    let pinned = query(&put.url, "X-Amz-SignedHeaders").unwrap();
    assert_eq!(pinned, "content-length%3Bcontent-type%3Bhost%3Bx-amz-checksum-sha256");
    assert!(!put.url.to_lowercase().contains("crc32"), "{}", put.url);
}

#[tokio::test]
async fn a_browser_cannot_put_another_type_length_or_content() {
    let (engine, bucket) = Engine::with_bucket().await;
    let put = signed(&bucket).await;
    for (name, value) in [
        ("content-type", "text/html"),
        ("content-length", "15"),
        ("x-amz-checksum-sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ] {
        let mut headers = put.headers.clone();
        headers.insert(name.to_owned(), value.to_owned());
        assert_eq!(engine.browse(&put, &headers, BODY).await.0, 403, "{name}");
        headers.remove(name);
        assert!(engine.browse(&put, &headers, BODY).await.0.is_client_error(), "{name}");
    }
    assert_eq!(bucket.head("in/a b.csv").await, Ok(None));
    let other = [b'x'; BODY.len()];
    let (status, _, answer) = engine.browse(&put, &put.headers, &other).await;
    assert_eq!(status, 400);
    assert!(String::from_utf8_lossy(&answer).contains("BadDigest"), "{answer:?}");
}

#[tokio::test]
async fn a_permission_is_good_for_one_key_and_one_deed() {
    let (engine, bucket) = Engine::with_bucket().await;
    let put = signed(&bucket).await;
    let elsewhere = Presigned { url: put.url.replace("a%20b", "a%20c"), ..put.clone() };
    assert_ne!(elsewhere.url, put.url);
    assert_eq!(engine.browse(&elsewhere, &put.headers, BODY).await.0, 403);
    let delete = Presigned { method: "DELETE".to_owned(), ..put.clone() };
    assert_eq!(engine.browse(&delete, &put.headers, b"").await.0, 403);
}

#[tokio::test]
async fn a_permission_ends_when_our_clock_says_so() {
    let (engine, bucket) = Engine::with_bucket().await;
    let earlier = now() - SignedDuration::from_secs(3601);
    let put = bucket.presign_put(terms(), earlier).await.unwrap();
    assert_eq!(engine.browse(&put, &put.headers, BODY).await.0, 403);
    assert_eq!(query(&put.url, "X-Amz-Expires").as_deref(), Some("3600"));

    let fixed = "2026-11-21T12:00:00Z".parse().unwrap();
    let put = bucket.presign_put(terms(), fixed).await.unwrap();
    assert_eq!(query(&put.url, "X-Amz-Date").as_deref(), Some("20261121T120000Z"));
    assert_eq!(put.until, "2026-11-21T13:00:00Z".parse().unwrap());
    assert_eq!(put, bucket.presign_put(terms(), fixed).await.unwrap());
}

#[tokio::test]
async fn nobody_signs_for_more_than_a_week_or_for_an_impossible_length() {
    let (_, bucket) = Engine::with_bucket().await;
    let long = PutTerms { expires: Duration::from_secs(8 * 24 * 3600), ..terms() };
    assert!(matches!(bucket.presign_put(long, now()).await, Err(BlobError::Refused(_))));
    let huge = PutTerms { length: u64::MAX, ..terms() };
    assert!(matches!(bucket.presign_put(huge, now()).await, Err(BlobError::Refused(_))));
}

#[tokio::test]
async fn a_browser_gets_an_object_under_the_name_that_was_chosen_for_it() {
    let (engine, bucket) = Engine::with_bucket().await;
    bucket.put("out/1", "rows", "text/csv").await.unwrap();
    let get = GetTerms { save_as: Some("итог \"1\".csv"), ..shown() };
    let get = followed(bucket.presign_get(get, now()).await.unwrap());
    let (status, headers, body) = engine.browse(&get, &get.headers, b"").await;
    assert_eq!((status.as_u16(), &body[..]), (200, &b"rows"[..]));
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.ends_with("filename*=UTF-8''%D0%B8%D1%82%D0%BE%D0%B3%20%221%22.csv"),
        "{disposition}"
    );

    let shown = bucket.presign_get(shown(), now()).await.unwrap();
    assert_eq!(query(&shown.url, "response-content-disposition"), None);
}

#[tokio::test]
async fn what_is_got_is_of_the_type_that_was_signed_whatever_stands_at_the_object() {
    let (engine, bucket) = Engine::with_bucket().await;
    bucket.put("out/1", "<script>", "text/html").await.unwrap();
    let get = followed(bucket.presign_get(shown(), now()).await.unwrap());
    let (status, headers, _) = engine.browse(&get, &get.headers, b"").await;
    assert_eq!((status.as_u16(), headers["content-type"].to_str().unwrap()), (200, "text/csv"));
    let otherwise = Presigned { url: get.url.replace("text%2Fcsv", "text%2Fhtml"), ..get.clone() };
    assert_ne!(otherwise.url, get.url);
    assert_eq!(engine.browse(&otherwise, &otherwise.headers, b"").await.0, 403);
}

#[tokio::test]
async fn browsers_are_sent_to_the_address_that_they_can_reach() {
    let (engine, bucket) = Engine::with_bucket().await;
    let bucket = bucket.presigning_with(engine.client("http://public.test:9000"));
    let put = bucket.presign_put(terms(), now()).await.unwrap();
    assert!(put.url.starts_with("http://public.test:9000/uploads/in/a%20b.csv?"), "{}", put.url);
    assert!(engine.browse(&put, &put.headers, BODY).await.0.is_success());
}
