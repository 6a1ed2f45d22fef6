//! What each operation costs at the table: a request more than these is a decision.

use serde_json::json;
use testkit::Reply;

use crate::street::{ADA, PASSWORD, Street};

#[tokio::test]
async fn every_operation_keeps_to_its_requests() {
    let mut street = Street::open().await;
    let mut costs = Vec::new();
    let mut note = |operation: &str, reply: &Reply| {
        let (reads, writes) =
            (reply.spend.read_milli as f64 / 1000.0, reply.spend.write_milli as f64 / 1000.0);
        costs.push(format!(
            "{operation:<24} {} requests, {reads} read units, {writes} write units",
            reply.spend.requests
        ));
    };
    note("register_account", &street.register(ADA).await.expect(202));
    let letter = street.last_letter();
    let token = street.token(letter).await;
    note("confirm_email", &street.confirm_with(&token).await.expect(200));
    note("forgot_password", &street.forgot(ADA).await.expect(202));
    let ada = crate::street::Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    note("sign_in", &street.sign_in(ADA, PASSWORD).await.expect(201));
    note(
        "sign_in, wrong password",
        &street.sign_in(ADA, "not the password").await.refused(401, "wrong_credentials"),
    );
    note("refresh_session", &street.refresh(&ada.refresh).await.expect(200));
    note("refresh_session, again", &street.refresh(&ada.refresh).await.expect(200));
    note("read_me", &street.get(&ada, "/identity/me").send().await.expect(200));
    note(
        "change_name",
        &street.put(&ada, "/identity/me/name", &json!({ "name": "A" })).send().await.expect(200),
    );
    note("list_sessions", &street.get(&ada, "/identity/sessions").send().await.expect(200));
    note("list_events", &street.get(&ada, "/identity/events").send().await.expect(200));
    let wish = json!({ "name": "sync", "scopes": ["catalog:read"] });
    let made = street.post(&ada, "/identity/api-keys", &wish).send().await.expect(201);
    note("create_api_key", &made);
    note("list_api_keys", &street.get(&ada, "/identity/api-keys").send().await.expect(200));
    let digest = auth::ApiKey::parse(made.json()["key"].as_str().unwrap()).unwrap().digest();
    let find = json!({ "digest": digest });
    street.house.ask("find_key", "first", &find).await.expect(200);
    note("find_key", &street.house.ask("find_key", "second", &find).await.expect(200));
    note("show_keys", &street.house.ask("keys", "k", &json!({})).await.expect(200));
    insta::assert_snapshot!(costs.join("\n"));
}
