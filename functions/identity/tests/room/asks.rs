//! What other rooms ask, and who may not.

use serde_json::{Value, json};

use crate::street::{ADA, Street};

#[tokio::test]
async fn what_is_no_digest_is_refused_and_asks_no_table() {
    let street = Street::open().await;
    for digest in ["", "x", &"z".repeat(64), &"0".repeat(63)] {
        let reply = street.house.ask("find_key", "k", &json!({ "digest": digest })).await;
        assert_eq!(reply.refused(400, "malformed_ask").spend.requests, 0, "{digest}");
    }
    let reply = street.house.ask("find_key", "k", &json!({ "digest": "0".repeat(64) })).await.expect(200);
    assert_eq!((reply.json(), reply.spend.requests), (json!({ "grant": null }), 1));
}

#[tokio::test]
async fn a_letter_reads_the_same_however_often_it_is_asked_for() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let letter = street.last_letter();
    let [first, second] = [street.read(letter).await, street.read(letter).await];
    assert_eq!(first, second);
    assert_eq!(first["expires_at"], "2026-11-24T12:00:00Z");
    let unknown = ids::LetterId::mint(&street.house.mint);
    street.house.ask("letter", "x", &json!({ "letter": unknown })).await.refused(404, "no_such_letter");
}

#[tokio::test]
async fn what_an_account_is_now_is_said_as_long_as_its_session_is_alive() {
    let mut street = Street::open().await;
    let root = street.admin("root@example.org").await;
    let standing = async |account: &Value, session: &str| {
        let body = json!({ "account": account, "session": session });
        let reply = street.house.ask("standing", "s", &body).await.expect(200);
        (reply.json()["roles"].clone(), reply.spend.requests)
    };
    let root_id = json!(root.account);
    assert_eq!(standing(&root_id, &root.session).await, (json!(["customer", "admin"]), 1));
    let unknown = ids::SessionId::mint(&street.house.mint).to_string();
    for session in [&unknown, "test", "ses_nonsense"] {
        assert_eq!(standing(&root_id, session).await.0, json!(null), "{session}");
    }
    let nobody = json!(ids::AccountId::mint(&street.house.mint));
    assert_eq!(standing(&nobody, &root.session).await.0, json!(null));
    let path = format!("/identity/sessions/{}", root.session);
    street.delete(&root, &path).send().await.expect(204);
    assert_eq!(standing(&root_id, &root.session).await.0, json!(null), "signed out");
}

#[tokio::test]
async fn only_rooms_may_ask() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let letter = json!({ "letter": street.last_letter() });
    let standing =
        ("standing", json!({ "account": ids::AccountId::mint(&street.house.mint), "session": "x" }));
    for (path, body) in
        [("keys", json!({})), ("find_key", json!({ "digest": "x" })), ("letter", letter), standing]
    {
        let call = || street.house.post(&format!("/identity/asks/{path}")).json(&body);
        call().send().await.refused(401, "unsigned_ask");
        call().as_admin().send().await.refused(401, "unsigned_ask");
        street.house.ask(path, "x", &json!({ "surprise": 1 })).await.refused(400, "malformed_ask");
    }
}
