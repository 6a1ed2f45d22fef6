//! S3 through the SDK, and through presigned URLs as a browser uses them.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use base64::Engine;
use bytes::Bytes;
use embedded::{Engines, Handler};
use http::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{clock, engines, stack};

const BUCKET: &str = "shop-files-000000000000";

async fn put(client: &Client, key: &str, body: &'static str) {
    let put = client.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(body.as_bytes()));
    put.content_type("text/csv").metadata("merchant", "mer_1").send().await.unwrap();
}

async fn read(client: &Client, key: &str) -> Option<String> {
    let got = client.get_object().bucket(BUCKET).key(key).send().await;
    let body = got.map_err(|problem| assert!(problem.into_service_error().is_no_such_key())).ok()?.body;
    Some(String::from_utf8(body.collect().await.unwrap().to_vec()).unwrap())
}

async fn notices(engines: &Engines) -> Vec<Value> {
    let url = stack().queue("Uploads").unwrap().url.clone();
    let got = engines
        .sqs_client()
        .receive_message()
        .queue_url(url)
        .max_number_of_messages(10)
        .send()
        .await
        .unwrap();
    got.messages().iter().map(|message| serde_json::from_str(message.body().unwrap()).unwrap()).collect()
}

fn digest(body: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(body))
}

/// A URL for an upload of exactly this type, length and content.
async fn upload(client: &Client, key: &str, body: &str) -> PresignedRequest {
    let put = client.put_object().bucket(BUCKET).key(key).content_type("text/csv");
    let put = put.content_length(body.len() as i64).checksum_sha256(digest(body));
    put.presigned(PresigningConfig::expires_in(Duration::from_secs(60)).unwrap()).await.unwrap()
}

/// Sends the request of the URL, with other headers and another body.
async fn send(
    engines: &Engines,
    url: &PresignedRequest,
    changed: &[(&str, &str)],
    body: &'static str,
) -> Response<Bytes> {
    let mut request =
        http::Request::builder().method(url.method()).uri(url.uri()).header("host", "localhost:8081");
    for (name, value) in url.headers() {
        if !changed.iter().any(|(changed, _)| changed.eq_ignore_ascii_case(name)) {
            request = request.header(name, value);
        }
    }
    for (name, value) in changed {
        request = request.header(*name, *value);
    }
    let engine: Arc<dyn Handler> = Arc::new(engines.s3_service());
    engine.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_object_keeps_its_type_and_metadata_and_is_read_in_parts() {
    let (engines, _) = engines().await;
    let client = engines.s3_client();
    put(&client, "imports/a b.csv", "0123456789").await;
    let head = client.head_object().bucket(BUCKET).key("imports/a b.csv").send().await.unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(10), Some("text/csv")));
    assert_eq!(head.metadata().unwrap()["merchant"], "mer_1");
    let part =
        client.get_object().bucket(BUCKET).key("imports/a b.csv").range("bytes=2-4").send().await.unwrap();
    assert_eq!(part.content_range(), Some("bytes 2-4/10"));
    assert_eq!(part.body.collect().await.unwrap().to_vec(), b"234");
    let listed = client.list_objects_v2().bucket(BUCKET).prefix("imports/").send().await.unwrap();
    assert_eq!(listed.contents()[0].key(), Some("imports/a b.csv"));
    client.delete_object().bucket(BUCKET).key("imports/a b.csv").send().await.unwrap();
    assert_eq!(read(&client, "imports/a b.csv").await, None);
    assert!(
        client
            .head_object()
            .bucket(BUCKET)
            .key("imports/a b.csv")
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_not_found()
    );
}

#[tokio::test]
async fn a_file_in_parts_becomes_one_object_and_one_notice() {
    let (engines, _) = engines().await;
    let client = engines.s3_client();
    let begun = client
        .create_multipart_upload()
        .bucket(BUCKET)
        .key("imports/big.csv")
        .content_type("text/csv")
        .send()
        .await
        .unwrap();
    let id = begun.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (n, size) in [(1, 5 * 1024 * 1024), (2, 7)] {
        let part = client.upload_part().bucket(BUCKET).key("imports/big.csv").upload_id(id).part_number(n);
        let part = part.body(ByteStream::from(vec![b'x'; size])).send().await.unwrap();
        parts = parts.parts(CompletedPart::builder().part_number(n).set_e_tag(part.e_tag).build());
    }
    assert!(notices(&engines).await.is_empty());
    let done = client.complete_multipart_upload().bucket(BUCKET).key("imports/big.csv").upload_id(id);
    done.multipart_upload(parts.build()).send().await.unwrap();
    let told = notices(&engines).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["Records"][0]["eventName"], "ObjectCreated:CompleteMultipartUpload");
    assert_eq!(told[0]["Records"][0]["s3"]["object"]["size"], 5 * 1024 * 1024 + 7);
    let head = client.head_object().bucket(BUCKET).key("imports/big.csv").send().await.unwrap();
    assert_eq!(head.content_length(), Some(5 * 1024 * 1024 + 7));
}

#[tokio::test]
async fn the_queue_hears_of_objects_under_its_prefix_and_suffix_and_of_no_others() {
    let (engines, _) = engines().await;
    let client = engines.s3_client();
    put(&client, "imports/а b+c.csv", "sku").await;
    put(&client, "imports/a.txt", "sku").await;
    put(&client, "media/a.csv", "sku").await;
    client
        .copy_object()
        .bucket(BUCKET)
        .key("imports/copy.csv")
        .copy_source(format!("{BUCKET}/media/a.csv"))
        .send()
        .await
        .unwrap();
    let told = notices(&engines).await;
    assert_eq!(told.len(), 2, "{told:?}");
    let record = &told[0]["Records"][0];
    assert_eq!(
        (&record["eventSource"], &record["eventName"]),
        (&"aws:s3".into(), &"ObjectCreated:Put".into())
    );
    assert_eq!(record["eventTime"], "2026-11-21T12:00:00.000Z");
    assert_eq!(record["s3"]["bucket"]["name"], BUCKET);
    assert_eq!(record["s3"]["object"]["key"], "imports/%D0%B0+b%2Bc.csv");
    assert_eq!(record["s3"]["object"]["size"], 3);
    let head = client.head_object().bucket(BUCKET).key("imports/а b+c.csv").send().await.unwrap();
    assert_eq!(head.e_tag().unwrap().trim_matches('"'), record["s3"]["object"]["eTag"].as_str().unwrap());
    assert_eq!(told[1]["Records"][0]["eventName"], "ObjectCreated:Copy");
}

#[tokio::test]
async fn a_presigned_url_takes_the_upload_it_was_made_for() {
    let (engines, _) = engines().await;
    let client = engines.s3_client();
    let url = upload(&client, "imports/a.csv", "sku,price").await;
    assert!(url.uri().starts_with("http://localhost:8081/"));
    let answer = send(&engines, &url, &[], "sku,price").await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    assert_eq!(read(&client, "imports/a.csv").await.as_deref(), Some("sku,price"));
    assert_eq!(notices(&engines).await.len(), 1);
    let get = client.get_object().bucket(BUCKET).key("imports/a.csv");
    let get = get.presigned(PresigningConfig::expires_in(Duration::from_secs(60)).unwrap()).await.unwrap();
    assert_eq!(send(&engines, &get, &[], "").await.body(), "sku,price");
}

#[tokio::test]
async fn a_presigned_url_takes_nothing_else_and_leaves_what_was_there() {
    let (engines, _) = engines().await;
    let client = engines.s3_client();
    put(&client, "imports/a.csv", "before").await;
    notices(&engines).await;
    let url = upload(&client, "imports/a.csv", "sku,price").await;
    let other = digest("sku,PRICE");
    for (changed, body, status) in [
        (vec![("content-type", "text/html")], "sku,price", 403),
        (vec![("content-length", "4")], "sku,", 403),
        (vec![("x-amz-checksum-sha256", other.as_str())], "sku,PRICE", 403),
        (vec![], "sku,PRICE", 400),
        (vec![], "sku,", 400),
        (vec![], "sku,price,and,more", 400),
    ] {
        let answer = send(&engines, &url, &changed, body).await;
        assert_eq!(answer.status(), status, "{changed:?} {body}: {:?}", answer.body());
        assert_eq!(read(&client, "imports/a.csv").await.as_deref(), Some("before"), "{changed:?} {body}");
    }
    assert!(notices(&engines).await.is_empty());
}

#[tokio::test]
async fn nobody_reads_or_writes_without_a_signature() {
    let (engines, _) = engines().await;
    put(&engines.s3_client(), "imports/a.csv", "before").await;
    let engine = engines.s3_service();
    for method in ["GET", "PUT", "DELETE"] {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://localhost:8081/{BUCKET}/imports/a.csv"));
        let answer =
            engine.handle(request.header("content-length", "0").body(Bytes::new()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 403, "{method}");
    }
}

#[tokio::test]
async fn a_key_does_not_lead_out_of_its_bucket() {
    let (engines, _) = engines().await;
    for path in ["a/../../other/b", "%2e%2e/other/b", "..%2Fother"] {
        let request =
            http::Request::builder().method("PUT").uri(format!("http://localhost:8081/{BUCKET}/{path}"));
        let answer = engines.s3_service().handle(request.body(Bytes::new()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 400, "{path}");
    }
}

#[tokio::test]
async fn a_page_of_an_origin_that_the_bucket_names_may_put() {
    let (engines, _) = engines().await;
    let ask = async |origin: &str, method: &str| {
        let request = http::Request::builder()
            .method("OPTIONS")
            .uri(format!("http://localhost:8081/{BUCKET}/imports/a.csv"))
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "content-type,x-amz-checksum-sha256");
        engines.s3_service().handle(request.body(Bytes::new()).unwrap()).await.unwrap()
    };
    let allowed = ask("https://shop.example", "PUT").await;
    assert_eq!(allowed.status(), 200);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(allowed.headers()["access-control-allow-headers"], "content-type,x-amz-checksum-sha256");
    assert_eq!(allowed.headers()["access-control-max-age"], "3600");
    assert_eq!(ask("https://shop.example", "DELETE").await.status(), 403);
    assert_eq!(ask("https://evil.example", "PUT").await.status(), 403);

    let url = upload(&engines.s3_client(), "imports/a.csv", "x").await;
    let put = send(&engines, &url, &[("origin", "https://shop.example")], "x").await;
    assert_eq!(put.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(put.headers()["access-control-expose-headers"], "ETag");
}

#[tokio::test]
async fn a_directory_keeps_its_objects_when_it_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    for n in 0..2 {
        let engines = Engines::on_disk(directory.path(), clock().0).unwrap();
        engines.install(&stack()).await.unwrap();
        let client = engines.s3_client();
        assert_eq!(read(&client, "a.csv").await.is_some(), n == 1);
        put(&client, "a.csv", "x").await;
    }
}
