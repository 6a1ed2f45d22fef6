//! What is not as it should be is refused with its name, and changes nothing.

use serde_json::{Value, json};

use crate::street::{ADA, PASSWORD, Street};

fn public() -> [(&'static str, Value); 6] {
    [
        (
            "/identity/accounts",
            json!({ "email": "eve@example.org", "password": PASSWORD, "name": "Eve", "locale": "en" }),
        ),
        ("/identity/sessions", json!({ "email": ADA, "password": PASSWORD, "device": "x" })),
        ("/identity/sessions/refresh", json!({ "refresh_token": "x" })),
        ("/identity/email/confirm", json!({ "token": "x" })),
        ("/identity/password/forgot", json!({ "email": ADA })),
        ("/identity/password/reset", json!({ "token": "x", "password": PASSWORD })),
    ]
}

fn own() -> [(&'static str, Value); 6] {
    [
        ("/identity/me/name", json!({ "name": "Eve" })),
        ("/identity/me/locale", json!({ "locale": "en" })),
        ("/identity/me/close", json!({ "password": PASSWORD })),
        ("/identity/password/change", json!({ "password": PASSWORD, "new_password": PASSWORD })),
        ("/identity/email/change", json!({ "email": "eve@example.org", "password": PASSWORD })),
        ("/identity/api-keys", json!({ "name": "x", "scopes": ["catalog:read"], "days": 3 })),
    ]
}

/// What is put in the place of what was there, and what is done.
fn method(path: &str) -> http::Method {
    let puts = ["/identity/me/name", "/identity/me/locale"].contains(&path);
    if puts { http::Method::PUT } else { http::Method::POST }
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

#[tokio::test]
async fn a_body_with_something_wrong_in_it_is_refused_by_name_and_changes_nothing() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let before = street.house.items().await.len();
    for (path, body) in public().into_iter().chain(own()) {
        let send = async |body: Value, key: &str| {
            let call = street.house.call(method(path), path).bearer(&ada.access);
            call.key(&format!("{path}{key}")).json(&body).send().await
        };
        let refused = send(with(&body, "surprise", json!(1)), "s").await.refused(400, "invalid_body");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/surprise", "{path}");
        for (field, _) in body.as_object().unwrap() {
            for (n, wrong) in
                [json!([[]]), json!(7.5), json!({}), json!("x".repeat(20_000))].into_iter().enumerate()
            {
                let key = format!("{field}{n}");
                let refused = send(with(&body, field, wrong), &key).await.refused(400, "invalid_body");
                let pointer = refused.json()["errors"][0]["pointer"].as_str().unwrap().to_owned();
                assert!(pointer.starts_with(&format!("/{field}")), "{path} {pointer}");
                let secret = field.contains("password") || field.contains("token");
                assert!(!secret || !refused.text().contains("xxxx"), "a secret is not quoted back");
            }
        }
        let call = street
            .house
            .call(method(path), path)
            .bearer(&ada.access)
            .key("broken")
            .body("application/json", "{");
        call.send().await.refused(400, "broken_json");
        let call =
            street.house.call(method(path), path).bearer(&ada.access).key("text").body("text/plain", "{}");
        call.send().await.refused(415, "not_json");
    }
    assert_eq!(street.house.items().await.len(), before);
}

#[tokio::test]
async fn what_takes_a_person_takes_no_guest_and_no_forgery() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let forged = format!("{}x", ada.access);
    for (path, body) in own() {
        street.house.call(method(path), path).key("k").json(&body).send().await.refused(401, "unauthorized");
        street
            .house
            .call(method(path), path)
            .key("k")
            .bearer(&forged)
            .json(&body)
            .send()
            .await
            .refused(401, "unauthorized");
    }
    for path in ["/identity/me", "/identity/sessions", "/identity/events", "/identity/api-keys"] {
        street.house.get(path).send().await.refused(401, "unauthorized");
        // A token that is good, of somebody who is not there.
        street.house.get(path).as_customer().send().await.refused(404, "no_such_account");
    }
    // A token of the right account that no sign-in has made.
    let token = street.house.people.token_of(ada.account, &[], &[]);
    street.house.get("/identity/me").bearer(&token).send().await.refused(401, "signed_out");
}

#[tokio::test]
async fn a_path_with_another_kind_of_id_is_refused() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for id in [ada.account.to_string(), "x".into(), ada.session.to_uppercase()] {
        street.delete(&ada, &format!("/identity/sessions/{id}")).send().await.refused(400, "malformed_id");
        street.delete(&ada, &format!("/identity/api-keys/{id}")).send().await.refused(400, "malformed_id");
    }
    let foreign = ids::SessionId::mint(&street.house.mint);
    let path = format!("/identity/sessions/{foreign}");
    street.delete(&ada, &path).send().await.refused(404, "no_such_session");
    street.house.get("/identity/nothing").send().await.refused(404, "no_such_route");
    street.house.put("/identity/me").send().await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_list_that_is_asked_for_wrongly_is_refused() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for path in ["/identity/sessions", "/identity/events"] {
        for (query, code) in [
            ("limit=0", "bad_limit"),
            ("limit=101", "bad_limit"),
            ("limit=x", "invalid_query"),
            ("cursor=broken", "bad_cursor"),
        ] {
            street.get(&ada, &format!("{path}?{query}")).send().await.refused(400, code);
        }
    }
}

#[tokio::test]
async fn nothing_of_a_person_stands_in_the_log() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.sign_in(ADA, "not the password").await.refused(401, "wrong_credentials");
    street.refresh(&ada.refresh).await.expect(200);
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, "another snail entirely").await.expect(204);
    let lines = street.house.lines.text();
    for secret in [ADA, PASSWORD, "Lovelace", "not the password", &token, &ada.refresh, &ada.access, "argon2"]
    {
        assert!(!lines.contains(secret), "{secret}");
    }
}
