//! The keys of programs: shown once, good for what they are for, replaced without a gap.

use facts::identity::{ApiKeyCreated, Tier};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::street::{ADA, Person, Street, only};

const KEYS: &str = "/identity/api-keys";

fn wish(name: &str, scopes: &[&str]) -> Value {
    json!({ "name": name, "scopes": scopes })
}

async fn make(street: &Street, who: &Person, name: &str) -> Value {
    street.post(who, KEYS, &wish(name, &["catalog:read"])).send().await.expect(201).json()
}

async fn grant(street: &Street, key: &str) -> Value {
    let digest = auth::ApiKey::parse(key).unwrap().digest();
    let id = street.house.mint.uuid().to_string();
    let reply = street.house.ask("find_key", &id, &json!({ "digest": digest })).await.expect(200);
    reply.json()["grant"].clone()
}

fn text<'a>(key: &'a Value, field: &str) -> &'a str {
    key[field].as_str().unwrap_or_else(|| panic!("no {field}: {key}"))
}

#[tokio::test]
async fn a_key_is_shown_once_and_its_digest_is_all_that_is_kept() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.house.facts();
    let made = make(&street, &ada, "Warehouse sync").await;
    let told = only::<ApiKeyCreated>(&street.house.facts());
    assert_eq!((told.len(), told[0].account, told[0].tier), (1, ada.account, Tier::Free));
    let key = auth::ApiKey::parse(text(&made, "key")).unwrap();
    assert_eq!(key.prefix(), text(&made, "prefix"));
    assert!(street.table_knows(&key.digest()).await);
    assert!(!street.table_knows(key.reveal()).await);
    assert!(!street.table_knows(&key.reveal()[13..45]).await, "not even in the memory of the request");
    let listed = street.get(&ada, KEYS).send().await.expect(200).json();
    assert_eq!(
        (&listed["items"][0]["name"], listed["items"][0].get("key")),
        (&json!("Warehouse sync"), None)
    );
    let granted = grant(&street, key.reveal()).await;
    assert_eq!((&granted["scopes"], &granted["tier"]), (&json!(["catalog:read"]), &json!("free")));
    assert_eq!(granted["account"], ada.account.to_string());
}

#[tokio::test]
async fn the_same_request_shows_the_same_key_again_byte_for_byte() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let body = wish("sync", &["catalog:read"]);
    let ask = || street.house.post(KEYS).bearer(&ada.access).key("one").json(&body);
    let first = ask().send().await.expect(201);
    let again = ask().send().await.expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other = wish("another", &["catalog:read"]);
    let reused = street.house.post(KEYS).bearer(&ada.access).key("one").json(&other);
    reused.send().await.refused(422, "idempotency_key_reused");
    let without = street.house.post(KEYS).bearer(&ada.access).json(&other);
    without.send().await.refused(400, "idempotency_key_missing");
    let listed = street.get(&ada, KEYS).send().await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_replaced_and_both_are_good_for_the_overlap() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let old = make(&street, &ada, "sync").await;
    let path = format!("{KEYS}/{}/rotate", text(&old, "id"));
    let new = street.post(&ada, &path, &json!({ "overlap_hours": 48 })).send().await.expect(201).json();
    assert_eq!((&new["name"], &new["replaces"]), (&json!("sync"), &old["id"]));
    assert!(grant(&street, text(&old, "key")).await.is_object());
    assert!(grant(&street, text(&new, "key")).await.is_object());
    street.post(&ada, &path, &json!({})).send().await.refused(409, "already_rotated");
    street.house.advance(SignedDuration::from_hours(48));
    assert!(grant(&street, text(&old, "key")).await.is_null());
    assert!(grant(&street, text(&new, "key")).await.is_object());
    street.house.advance(SignedDuration::from_hours(365 * 24));
    assert!(grant(&street, text(&new, "key")).await.is_null(), "a year is a year");
    street.is_sound().await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let key = make(&street, &ada, "sync").await;
    let path = format!("{KEYS}/{}", text(&key, "id"));
    street.delete(&ada, &path).send().await.expect(204);
    assert!(grant(&street, text(&key, "key")).await.is_null());
    street.delete(&ada, &path).send().await.refused(404, "no_such_key");
    let eve = street.customer("eve@example.org").await;
    let hers = make(&street, &eve, "hers").await;
    let path = format!("{KEYS}/{}", text(&hers, "id"));
    street.delete(&ada, &path).send().await.refused(404, "no_such_key");
    street.post(&ada, &format!("{path}/rotate"), &json!({})).send().await.refused(404, "no_such_key");
}

#[tokio::test]
async fn twenty_keys_are_the_most() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for n in 0..20 {
        make(&street, &ada, &format!("key {n}")).await;
    }
    let one_more = street.post(&ada, KEYS, &wish("one more", &["catalog:read"])).send().await;
    one_more.refused(409, "too_many_keys");
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_an_hour_and_finding_it_costs_one_reading() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let key = make(&street, &ada, "sync").await;
    let digest = auth::ApiKey::parse(text(&key, "key")).unwrap().digest();
    let find = async |street: &Street| {
        let id = street.house.mint.uuid().to_string();
        street.house.ask("find_key", &id, &json!({ "digest": digest })).await.expect(200).spend.requests
    };
    assert_eq!(find(&street).await, 2, "found, and noted");
    assert_eq!(find(&street).await, 1);
    let listed = street.get(&ada, KEYS).send().await.expect(200).json();
    assert_eq!(listed["items"][0]["used_at"], "2026-11-21T12:00:00Z");
    street.house.advance(SignedDuration::from_hours(1));
    assert_eq!(find(&street).await, 2);
    assert_eq!(find(&street).await, 1);
}

#[tokio::test]
async fn a_key_takes_a_confirmed_account_and_a_reason() {
    let mut street = Street::open().await;
    let newcomer = street.newcomer("new@example.org").await;
    let reply = street.post(&newcomer, KEYS, &wish("sync", &["catalog:read"])).send().await;
    reply.refused(409, "email_unconfirmed");
    let ada = street.customer(ADA).await;
    street.post(&ada, KEYS, &wish("sync", &[])).send().await.refused(422, "no_scopes");
    street.post(&ada, KEYS, &wish("sync", &["identity:write"])).send().await.refused(400, "invalid_body");
    street.post(&ada, KEYS, &wish("sync", &["loms"])).send().await.refused(403, "forbidden");
    let admin = street.admin("root@example.org").await;
    street.post(&admin, KEYS, &wish("course", &["loms"])).send().await.expect(201);
}

#[tokio::test]
async fn the_tier_is_an_admins_to_give_and_takes_effect_on_the_keys_that_are_there() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let key = make(&street, &ada, "sync").await;
    let admin = street.admin("root@example.org").await;
    let path = format!("/identity/admin/accounts/{}/tier", ada.account);
    street.post(&ada, &path, &json!({ "tier": "business" })).send().await.refused(403, "forbidden");
    street.post(&admin, &path, &json!({ "tier": "business" })).send().await.expect(200);
    assert_eq!(grant(&street, text(&key, "key")).await["tier"], "business");
    assert_eq!(make(&street, &ada, "more").await["tier"], "business");
    let events = street.events(&ada).await;
    assert!(events.contains(&"tier_changed".to_owned()), "{events:?}");
    street.is_sound().await;
}

#[tokio::test]
async fn a_program_cannot_make_keys() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let key = make(&street, &ada, "sync").await;
    let name = http::HeaderName::from_static("x-api-key");
    let ask = street.house.post(KEYS).header(name, text(&key, "key")).key("k");
    ask.json(&wish("another", &["catalog:read"])).send().await.refused(403, "forbidden");
}
