//! A table in bad weather, and functions that die at the worst moment.

use facts::identity::{AccountRegistered, SessionRevoked};
use jiff::SignedDuration;
use serde_json::json;
use testkit::{Sky, WRITES, Weather};

use crate::street::{ADA, PASSWORD, Person, Street, only};

async fn street() -> (Street, Sky) {
    Street::open_under_a_sky().await
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_no_second_account() {
    let (mut street, sky) = street().await;
    sky.turns(Weather::Deaf(WRITES, 1));
    street.register(ADA).await.expect(202);
    assert_eq!(only::<AccountRegistered>(&street.house.facts()).len(), 1);
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_logs_nobody_out() {
    let (mut street, sky) = street().await;
    let ada = street.customer(ADA).await;
    sky.turns(Weather::Deaf(WRITES, 1));
    let next = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.refresh(&next.refresh).await.expect(200);
    assert!(only::<SessionRevoked>(&street.house.facts()).is_empty());
}

#[tokio::test]
async fn a_client_that_never_heard_its_answer_tries_again_and_goes_on() {
    let (mut street, _) = street().await;
    let ada = street.customer(ADA).await;
    // The rotation is done, and the answer dies with the connection.
    street.refresh(&ada.refresh).await.expect(200);
    street.house.advance(SignedDuration::from_secs(10));
    let next = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.house.advance(SignedDuration::from_mins(10));
    street.refresh(&next.refresh).await.expect(200);
}

#[tokio::test]
async fn who_cannot_be_counted_does_not_get_to_guess() {
    let (mut street, sky) = street().await;
    street.customer(ADA).await;
    let verified = |street: &Street| street.house.lines.text().matches("hashes_checked").count();
    let before = verified(&street);
    sky.turns(Weather::Dead(WRITES, 0));
    street.sign_in(ADA, "not the password").await.refused(500, "internal_error");
    street.sign_in(ADA, PASSWORD).await.refused(500, "internal_error");
    assert_eq!(verified(&street), before, "no password is looked at");
    sky.clears();
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_key_whose_use_cannot_be_noted_is_good_all_the_same() {
    let (mut street, sky) = street().await;
    let ada = street.customer(ADA).await;
    let wish = json!({ "name": "sync", "scopes": ["catalog:read"] });
    let key = street.post(&ada, "/identity/api-keys", &wish).send().await.expect(201).json();
    let digest = auth::ApiKey::parse(key["key"].as_str().unwrap()).unwrap().digest();
    sky.turns(Weather::Dead(WRITES, 0));
    let found = street.house.ask("find_key", "k", &json!({ "digest": digest })).await.expect(200);
    assert!(found.json()["grant"].is_object());
}
