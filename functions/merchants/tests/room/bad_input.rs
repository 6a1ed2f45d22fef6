//! What cannot be understood is refused where it stands, and nothing has changed.

use serde_json::{Value, json};

use crate::high_street::Street;

#[tokio::test]
async fn a_body_of_a_wrong_shape_is_refused_with_the_place() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let before = street.own(shop).await;
    let check = async |operation: &str, body: Value, pointer: &str| {
        let reply = street.post(shop.owner, &shop.path(operation), &body).send().await;
        let problem = reply.refused(400, "invalid_body").json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{operation} {body}");
    };
    check("/describe", json!({ "locale": "english", "name": "X" }), "/locale").await;
    check("/describe", json!({ "locale": "en", "name": "" }), "/name").await;
    check("/describe", json!({ "locale": "en", "name": "x".repeat(81) }), "/name").await;
    check(
        "/describe",
        json!({ "locale": "en", "name": "X", "description": "x".repeat(2001) }),
        "/description",
    )
    .await;
    check("/describe", json!({ "locale": "en", "name": "X", "colour": "red" }), "/colour").await;
    check("/describe", json!({ "locale": "en", "name": 7 }), "/name").await;
    check("/address", json!({ "slug": "The Kiln" }), "/slug").await;
    check("/legal", json!({ "name": "X", "country": "XX" }), "/country").await;
    check("/legal", json!({ "name": "X", "country": "de" }), "/country").await;
    check("/contact", json!({ "email": "nobody" }), "/email").await;
    check("/contact", json!({ "email": "a@b.example", "phone": "call me" }), "/phone").await;
    check("/time-zone", json!({ "time_zone": "Mars/Olympus" }), "/time_zone").await;
    check("/policies/returns", json!({ "locale": "en", "text": "x".repeat(4001) }), "/text").await;
    check("/invitations", json!({ "email": "a@b.example", "role": "king" }), "/role").await;
    check("/invitations", json!({ "email": "a@b", "role": "clerk" }), "/email").await;
    check("/payout", json!({ "holder": "X", "currency": "EUR", "iban": "x" }), "/iban").await;
    check("/holidays", json!({ "from": "2026-13-01", "to": "2026-12-01" }), "/from").await;
    check("/commission/preview", json!({ "lines": [{ "product": shop.id }] }), "/lines/0/product").await;
    check("/documents", json!({ "kind": "selfie" }), "/kind").await;
    let price = json!({ "amount": 1, "currency": "EUR" });
    let product = ids::ProductId::mint(&street.house.mint);
    let none = json!({ "lines": [{ "product": product, "unit_price": price, "quantity": 0 }] });
    check("/commission/preview", none, "/lines/0/quantity").await;
    assert_eq!(street.own(shop).await, before);
}

#[tokio::test]
async fn what_is_no_id_is_refused_and_so_is_an_id_of_another_kind() {
    let street = Street::open().await;
    let shop = street.draft().await;
    for wrong in ["x", "prd_01kb2x5m8ce8v9w2m4n5p7q8rs", "mer_0", "%00"] {
        street
            .get(shop.owner, &format!("/merchants/{wrong}/members"))
            .send()
            .await
            .refused(400, "malformed_id");
        street.house.get(&format!("/merchants/shops/{wrong}")).send().await.refused(400, "malformed_id");
        let path = shop.path(&format!("/documents/{wrong}"));
        street.get(shop.owner, &path).send().await.refused(400, "malformed_id");
    }
    let other_kind = shop.path(&format!("/holidays/{}/remove", shop.id));
    street.post(shop.owner, &other_kind, &Value::Null).send().await.refused(400, "malformed_id");
    let path = shop.path("/members/acc_x/role");
    street.post(shop.owner, &path, &json!({ "role": "clerk" })).send().await.refused(400, "malformed_id");
    street
        .house
        .get("/merchants/addresses/Not A Slug".replace(' ', "%20").as_str())
        .send()
        .await
        .refused(404, "no_such_shop");
    street.house.get("/merchants/nowhere/at/all").send().await.refused(404, "no_such_route");
}

#[tokio::test]
async fn a_page_that_nobody_could_have_given_out_is_refused() {
    let street = Street::open().await;
    let shop = street.draft().await;
    for path in ["/merchants/mine".to_owned(), shop.path("/invitations"), shop.path("/commission/rules")] {
        street.get(shop.owner, &format!("{path}?limit=0")).send().await.refused(400, "bad_limit");
        street.get(shop.owner, &format!("{path}?limit=101")).send().await.refused(400, "bad_limit");
        street.get(shop.owner, &format!("{path}?limit=x")).send().await.refused(400, "invalid_query");
        street.get(shop.owner, &format!("{path}?cursor=nonsense")).send().await.refused(400, "bad_cursor");
    }
    let admin = street.house.get("/merchants/admin/shops?state=asleep").as_admin();
    admin.send().await.refused(400, "invalid_query");
    // A cursor of another list begins anew, and looks nowhere else.
    let forged = dynamo::Cursor::behind("zzz").encode();
    let page = street.get(shop.owner, &format!("/merchants/mine?cursor={forged}")).send().await.expect(200);
    assert_eq!(page.json()["items"][0]["id"], json!(shop.id));
}

#[tokio::test]
async fn a_version_that_is_none_is_refused() {
    let street = Street::open().await;
    let shop = street.draft().await;
    for wrong in ["7", "\"x\"", "W/\"7\""] {
        let call = street.post(shop.owner, &shop.path("/submit"), &Value::Null);
        call.header(http::header::IF_MATCH, wrong).send().await.refused(400, "bad_if_match");
    }
    let words = json!({ "locale": "en", "name": "Kiln" });
    let call = street.post(shop.owner, &shop.path("/describe"), &words).if_match(9);
    call.send().await.refused(412, "stale_version");
}

#[tokio::test]
async fn every_command_that_makes_something_wants_a_key() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let token = street.token(shop.owner);
    for operation in ["/logo", "/documents", "/invitations", "/payout", "/holidays"] {
        let call = street.house.post(&shop.path(operation)).bearer(&token).json(&json!({}));
        call.send().await.refused(400, "idempotency_key_missing");
    }
    let call =
        street.house.post("/merchants/invitations/accept").bearer(&token).json(&json!({ "token": "x" }));
    call.send().await.refused(400, "idempotency_key_missing");
    let call = street.house.post("/merchants/admin/commission/rules").as_admin().json(&json!({}));
    call.send().await.refused(400, "idempotency_key_missing");
}
