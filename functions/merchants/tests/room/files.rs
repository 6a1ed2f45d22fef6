//! Papers and logos: announced, sent to S3, believed only by their content.

use serde_json::{Value, json};

use crate::high_street::{PDF, PNG, Street};

#[tokio::test]
async fn a_paper_that_has_come_is_read_by_its_owner_and_by_the_market() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let reply = street.announced(shop, "/documents", "application/pdf", PDF).await.json();
    let upload = &reply["upload"];
    assert_eq!(
        (upload["method"].as_str(), &upload["headers"]["content-type"]),
        (Some("PUT"), &json!("application/pdf"))
    );
    assert!(upload["headers"]["x-amz-checksum-sha256"].is_string());
    let document = reply["document"].as_str().unwrap();
    let path = shop.path(&format!("/documents/{document}"));
    street.get(shop.owner, &path).send().await.refused(409, "document_not_received");
    street.send(&format!("documents/{}/{document}", shop.id), PDF).await;
    let link = street.get(shop.owner, &path).send().await.expect(200).json();
    assert_eq!(link["until"], "2026-11-21T12:05:00Z");
    assert!(link["url"].as_str().unwrap().contains("X-Amz-Expires=300"));
    let path = shop.admin_path(&format!("/documents/{document}"));
    street.house.get(&path).as_admin().send().await.expect(200);
    let manager = street.member(shop, "manager").await;
    let path = shop.path(&format!("/documents/{document}"));
    street.get(manager, &path).send().await.refused(403, "forbidden");
    street.house.get(&path).as_admin().send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_file_that_is_something_else_does_not_count() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let mut states = Vec::new();
    for bytes in [PDF, PNG, b"<script>alert(1)</script>", b"%PDF-1.7 and more than was announced"] {
        let document = street.announce(shop, "/documents", "application/pdf", PDF).await;
        street.send(&format!("documents/{}/{document}", shop.id), bytes).await;
        let own = street.own(shop).await;
        states.push(own["documents"].as_array().unwrap().last().unwrap()["state"].clone());
    }
    assert_eq!(states, ["received", "refused", "refused", "refused"]);
}

#[tokio::test]
async fn a_notice_that_comes_twice_or_for_nobody_changes_nothing() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let document = street.announce(shop, "/documents", "application/pdf", PDF).await;
    let key = format!("documents/{}/{document}", shop.id);
    street.send(&key, PDF).await;
    let before = street.own(shop).await;
    street.send(&key, PNG).await;
    let stranger = ids::DocumentId::mint(&street.house.mint);
    street.send(&format!("documents/{}/{stranger}", shop.id), PDF).await;
    let nowhere = ids::MerchantId::mint(&street.house.mint);
    street.send(&format!("documents/{nowhere}/{stranger}"), PDF).await;
    street.send("logos/somewhere/else", PNG).await;
    assert_eq!(street.own(shop).await, before);
}

#[tokio::test]
async fn a_notice_of_what_is_gone_again_is_let_go() {
    let street = Street::open().await;
    let (shop, paper) = (street.draft().await, ids::DocumentId::mint(&street.house.mint));
    let key = format!("documents/{}/{paper}", shop.id);
    let notice = json!({ "Records": [{ "s3": { "object": { "key": key } } }] }).to_string();
    let batch = json!({ "Records": [{ "messageId": "m", "body": notice, "attributes": {} }] });
    let answer = street.house.handle(lambda::Role::Uploads, batch).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
}

#[tokio::test]
async fn a_paper_can_come_while_the_shop_is_being_read() {
    let mut street = Street::open().await;
    let shop = street.complete().await;
    let late = street.announce(shop, "/documents", "application/pdf", PDF).await;
    street.post(shop.owner, &shop.path("/submit"), &Value::Null).send().await.expect(200);
    street.send(&format!("documents/{}/{late}", shop.id), PDF).await;
    assert_eq!(street.own(shop).await["documents"][1]["state"], "received");
    let path = shop.path(&format!("/documents/{late}/remove"));
    street.post(shop.owner, &path, &Value::Null).send().await.refused(409, "not_in_this_state");
    street.post(shop.owner, &shop.path("/withdraw"), &Value::Null).send().await.expect(200);
    street.post(shop.owner, &path, &Value::Null).send().await.expect(200);
    street.post(shop.owner, &path, &Value::Null).send().await.refused(404, "no_such_document");
}

#[tokio::test]
async fn a_logo_hangs_over_the_door_as_soon_as_it_has_come() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let logo = street.announce(shop, "/logo", "image/png", PNG).await;
    street.house.get(&shop.public_path("/logo")).send().await.refused(404, "no_logo");
    street.send(&format!("logos/{}/{logo}", shop.id), PNG).await;
    let page = street.house.get(&shop.public_path("")).send().await.expect(200).json();
    let link = street.house.get(page["logo"].as_str().unwrap()).send().await.expect(307);
    assert!(link.header("location").unwrap().contains(&logo));
    let wrong = street.announce(shop, "/logo", "image/png", PNG).await;
    street.send(&format!("logos/{}/{wrong}", shop.id), PDF).await;
    let own = street.own(shop).await;
    assert_eq!((&own["logo"]["media"], &own["next_logo"]["state"]), (&json!(logo), &json!("refused")));
    street.post(shop.owner, &shop.path("/logo/remove"), &Value::Null).send().await.expect(200);
    street.house.get(&shop.public_path("/logo")).send().await.refused(404, "no_logo");
    street.post(shop.owner, &shop.path("/logo/remove"), &Value::Null).send().await.refused(404, "no_logo");
}

#[tokio::test]
async fn a_file_that_would_not_be_taken_is_refused_before_it_is_sent() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let digest = "0".repeat(64);
    let check = async |operation: &str, kind: &str, bytes: i64, sha256: &str, status, code| {
        let mut body = json!({ "content_type": kind, "bytes": bytes, "sha256": sha256 });
        if operation == "/documents" {
            body["kind"] = json!("identity");
        }
        street.post(shop.owner, &shop.path(operation), &body).send().await.refused(status, code);
    };
    check("/documents", "application/pdf", 0, &digest, 422, "upload_too_large").await;
    check("/documents", "application/pdf", 10 * 1024 * 1024 + 1, &digest, 422, "upload_too_large").await;
    check("/documents", "application/pdf", -1, &digest, 400, "invalid_body").await;
    check("/documents", "image/webp", 5, &digest, 422, "file_type_not_taken").await;
    check("/documents", "image/svg+xml", 5, &digest, 400, "invalid_body").await;
    check("/documents", "application/pdf", 5, "abc", 400, "invalid_body").await;
    check("/logo", "application/pdf", 5, &digest, 422, "file_type_not_taken").await;
    check("/logo", "image/png", 0, &digest, 422, "upload_too_large").await;
    assert_eq!(street.own(shop).await["documents"], json!([]));
}

#[tokio::test]
async fn a_shop_shows_twenty_papers_and_those_that_never_came_make_room() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let mut last = String::new();
    for _ in 0..19 {
        last = street.announce(shop, "/documents", "application/pdf", PDF).await;
    }
    let body = json!({
        "kind": "other", "content_type": "application/pdf", "bytes": 5, "sha256": "0".repeat(64),
    });
    street.post(shop.owner, &shop.path("/documents"), &body).send().await.refused(409, "too_many_documents");
    let remove = |document: &str| {
        let path = shop.path(&format!("/documents/{document}/remove"));
        street.post(shop.owner, &path, &Value::Null)
    };
    let received = street.own(shop).await["documents"][0]["id"].as_str().unwrap().to_owned();
    remove(&received).send().await.refused(409, "not_in_this_state");
    remove(&last).send().await.expect(200);
    street.post(shop.owner, &shop.path("/documents"), &body).send().await.expect(201);
}
