//! A function has only the rights of its policies, and is refused as on AWS.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, TransactWriteItem,
};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use embedded::{Engines, client};
use http_body_util::BodyExt;
use s3s::Body;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::{clock, stack};

const TABLE: &str = "shop-things";
const BUCKET: &str = "shop-files-000000000000";

async fn open() -> Engines {
    let engines = Engines::memory(clock().0).unwrap();
    engines.install(&stack()).await.unwrap();
    engines
}

fn tables(engines: &Engines, function: &str) -> aws_sdk_dynamodb::Client {
    client::dynamo(Arc::new(engines.dynamo.clone()), &engines.wiring().signing_as(function))
}

fn queues(engines: &Engines, function: &str) -> aws_sdk_sqs::Client {
    client::sqs(Arc::new(engines.sqs.clone()), &engines.wiring().signing_as(function))
}

fn objects(engines: &Engines, function: &str) -> aws_sdk_s3::Client {
    client::s3(Arc::new(engines.s3.clone()), &engines.wiring().signing_as(function))
}

fn key() -> HashMap<String, AttributeValue> {
    ["pk", "sk"].map(|name| (name.to_owned(), AttributeValue::S("a".into()))).into()
}

fn refusals(engines: &Engines) -> Vec<String> {
    let refusals = engines.guard().refusals().into_iter();
    refusals.map(|refusal| format!("{} {} {}", refusal.function, refusal.action, refusal.resource)).collect()
}

#[tokio::test]
async fn a_function_does_with_a_table_what_its_policies_say_and_nothing_else() {
    let engines = open().await;
    let (mine, others) = (tables(&engines, "ThingsApi"), tables(&engines, "ThingsWorker"));
    mine.put_item().table_name(TABLE).set_item(Some(key())).send().await.unwrap();
    assert!(mine.get_item().table_name(TABLE).set_key(Some(key())).send().await.unwrap().item.is_some());
    let scan = mine.scan().table_name(TABLE).send().await.unwrap_err();
    assert_eq!(scan.code(), Some("AccessDeniedException"));
    assert!(scan.message().unwrap().contains("ThingsApi is not authorized to perform dynamodb:Scan"));
    assert_eq!(scan.raw_response().unwrap().status().as_u16(), 400);
    assert!(scan.request_id().is_none());
    let got = others.get_item().table_name(TABLE).set_key(Some(key())).send().await.unwrap_err();
    assert_eq!(got.code(), Some("AccessDeniedException"));
    // The owner of the machine needs no right.
    engines.dynamo_client().scan().table_name(TABLE).send().await.unwrap();
    let expect =
        ["ThingsApi dynamodb:Scan table/shop-things", "ThingsWorker dynamodb:GetItem table/shop-things"];
    assert_eq!(refusals(&engines), expect);
}

#[tokio::test]
async fn a_right_to_an_index_is_none_to_the_table_and_the_other_way_round() {
    let engines = open().await;
    let query = tables(&engines, "ThingsApi").query().table_name(TABLE);
    let query = query.expression_attribute_values(":a", AttributeValue::S("a".into()));
    let index = query.clone().index_name("gsi1").key_condition_expression("gsi1pk = :a");
    index.send().await.unwrap();
    let table = query.key_condition_expression("pk = :a").send().await.unwrap_err();
    assert_eq!(table.code(), Some("AccessDeniedException"));
    assert_eq!(refusals(&engines), ["ThingsApi dynamodb:Query table/shop-things"]);
}

#[tokio::test]
async fn a_transaction_and_a_batch_need_the_right_to_each_of_their_parts() {
    let engines = open().await;
    let mine = tables(&engines, "ThingsApi");
    let put = Put::builder().table_name(TABLE).set_item(Some(key())).build().unwrap();
    let put = TransactWriteItem::builder().put(put).build();
    mine.transact_write_items().transact_items(put.clone()).send().await.unwrap();
    let delete = Delete::builder().table_name(TABLE).set_key(Some(key())).build().unwrap();
    let delete = TransactWriteItem::builder().delete(delete).build();
    let check = ConditionCheck::builder().table_name(TABLE).set_key(Some(key()));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    let check = TransactWriteItem::builder().condition_check(check).build();
    for more in [delete, check] {
        let both = mine.transact_write_items().transact_items(put.clone()).transact_items(more);
        assert_eq!(both.send().await.unwrap_err().code(), Some("AccessDeniedException"));
    }
    let keys = KeysAndAttributes::builder().keys(key()).build().unwrap();
    let batch = mine.batch_get_item().request_items(TABLE, keys).send().await.unwrap_err();
    assert_eq!(batch.code(), Some("AccessDeniedException"));
    let expect = ["BatchGetItem", "ConditionCheckItem", "DeleteItem"];
    assert_eq!(refusals(&engines), expect.map(|what| format!("ThingsApi dynamodb:{what} table/shop-things")));
}

#[tokio::test]
async fn a_function_sends_where_it_may_and_receives_nothing() {
    let engines = open().await;
    let (url, mine) = (stack().queue("Queue").unwrap().url.clone(), queues(&engines, "ThingsApi"));
    let message = mine.send_message().queue_url(&url).message_body("1").message_group_id("g");
    message.message_deduplication_id("d").send().await.unwrap();
    let received = mine.receive_message().queue_url(&url).send().await.unwrap_err();
    assert_eq!(received.code(), Some("AccessDenied"));
    assert_eq!(received.raw_response().unwrap().status().as_u16(), 403);
    assert_eq!(refusals(&engines), ["ThingsApi sqs:ReceiveMessage shop-things.fifo"]);
}

#[tokio::test]
async fn a_function_keeps_to_its_prefixes_and_learns_what_is_missing_only_if_it_may_list() {
    let engines = open().await;
    let (api, worker) = (objects(&engines, "ThingsApi"), objects(&engines, "ThingsWorker"));
    let put = |key: &str| api.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(b"x"));
    put("media/a b").send().await.unwrap();
    assert_eq!(put("imports/a.csv").send().await.unwrap_err().code(), Some("AccessDenied"));
    assert_eq!(put("media").send().await.unwrap_err().code(), Some("AccessDenied"));
    let get = |client: &aws_sdk_s3::Client, key: &str| client.get_object().bucket(BUCKET).key(key);
    get(&api, "media/a b").send().await.unwrap();
    assert_eq!(get(&api, "media/b").send().await.unwrap_err().code(), Some("AccessDenied"));
    assert_eq!(get(&worker, "imports/b").send().await.unwrap_err().code(), Some("NoSuchKey"));
    worker.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let many = worker.create_multipart_upload().bucket(BUCKET).key("imports/c").send().await.unwrap_err();
    assert_eq!(many.code(), Some("AccessDenied"));
    let gone = worker.delete_object().bucket(BUCKET).key("imports/c").send().await.unwrap_err();
    assert_eq!(gone.code(), Some("AccessDenied"));
    let expect = [
        "ThingsApi s3:ListBucket shop-files-000000000000",
        "ThingsApi s3:PutObject shop-files-000000000000/imports/a.csv",
        "ThingsApi s3:PutObject shop-files-000000000000/media",
        "ThingsWorker s3:DeleteObject shop-files-000000000000/imports/c",
        "ThingsWorker s3:PutObject shop-files-000000000000/imports/c",
    ];
    assert_eq!(refusals(&engines), expect);
}

#[tokio::test]
async fn a_presigned_url_opens_what_its_signer_may_whoever_brings_it() {
    let engines = open().await;
    let api = objects(&engines, "ThingsApi");
    for (key, status) in [("media/a", 200), ("imports/a.csv", 403)] {
        let config = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
        let signed = api.put_object().bucket(BUCKET).key(key).presigned(config).await.unwrap();
        let mut request = http::Request::put(signed.uri()).header("host", "localhost:8081");
        for (name, value) in signed.headers() {
            request = request.header(name, value);
        }
        let answer = engines.s3.answer(request.body(Body::from("x".to_owned())).unwrap()).await;
        let (parts, body) = answer.into_parts();
        let text = body.collect().await.unwrap().to_bytes();
        assert_eq!(parts.status.as_u16(), status, "{key}: {}", String::from_utf8_lossy(&text));
    }
    assert_eq!(refusals(&engines), ["ThingsApi s3:PutObject shop-files-000000000000/imports/a.csv"]);
}

#[tokio::test]
async fn what_a_function_has_used_of_its_rights_is_known() {
    let engines = open().await;
    let mine = tables(&engines, "ThingsApi");
    let (granted, used) = engines.guard().granted_and_used();
    assert!(granted.len() == 11 && used.is_empty(), "{granted:?} {used:?}");
    mine.get_item().table_name(TABLE).set_key(Some(key())).send().await.unwrap();
    mine.scan().table_name(TABLE).send().await.unwrap_err();
    let (_, used) = engines.guard().granted_and_used();
    let used: Vec<_> = used.iter().map(ToString::to_string).collect();
    assert_eq!(used, ["ThingsApi: dynamodb:GetItem on table/shop-things"]);
}

#[tokio::test]
async fn for_a_secret_the_guard_is_asked_by_whoever_keeps_it() {
    let engines = open().await;
    let may = |function: &str, action: &str, name: &str| {
        engines.guard().secrets_of(function)(&format!("secretsmanager:{action}"), name)
    };
    assert!(may("ThingsApi", "GetSecretValue", "shop-plain"));
    assert!(!may("ThingsApi", "PutSecretValue", "shop-plain"));
    assert!(!may("ThingsApi", "GetSecretValue", "shop-signing"));
    assert!(may("the owner", "GetSecretValue", "shop-signing"));
}
