//! The signing key grows old and gets a successor, and nobody who is signed in notices.

use std::sync::Arc;

use dynamo::{Key, Update, Write};
use jiff::SignedDuration;
use lambda::Role;
use serde_json::{Value, json};

use crate::street::{ADA, Person, Street};

async fn calendar(street: &Street) {
    street.house.handle(Role::Schedule, json!({ "source": "aws.events" })).await.unwrap();
}

async fn keys(street: &Street) -> Vec<String> {
    let set = street.house.ask("keys", "k", &json!({})).await.expect(200).json();
    let kids = set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
    kids.collect()
}

async fn believes(street: &Street, access: &str) -> bool {
    let set: Value = street.house.get("/identity/.well-known/jwks.json").send().await.expect(200).json();
    let set = auth::KeySet::from_jwks(&set.to_string()).unwrap();
    let clock = street.house.clock.clone();
    auth::Verifier::new(set, testkit::ISSUER, testkit::AUDIENCE, clock).token(access).is_ok()
}

#[tokio::test]
async fn a_key_is_known_before_it_signs_and_until_its_last_token_has_died() {
    let mut street = Street::open().await;
    let mut ada = street.customer(ADA).await;
    let first = keys(&street).await;
    assert_eq!(first.len(), 1);
    calendar(&street).await;
    let both = keys(&street).await;
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    calendar(&street).await;
    assert_eq!(keys(&street).await, both, "a young key gets no successor");
    // Minute by minute through the change, every token is believed for as long as it lives.
    for _ in 0..30 {
        street.house.advance(SignedDuration::from_mins(5));
        let before = ada.clone();
        ada = Person::of(&street.refresh(&ada.refresh).await.expect(200));
        assert!(believes(&street, &ada.access).await && believes(&street, &before.access).await);
        street.get(&ada, "/identity/me").send().await.expect(200);
    }
    assert_eq!(keys(&street).await, both[1..], "the old key is gone");
    calendar(&street).await;
    let kept = street.house.around.vault.read("snail-signing").await.unwrap();
    assert_eq!(kept.reveal().matches("secret").count(), 1, "from the vault as well");
}

#[tokio::test]
async fn the_key_of_a_month_is_due_again() {
    let street = Street::open().await;
    calendar(&street).await;
    street.house.advance(SignedDuration::from_hours(24 * 29));
    calendar(&street).await;
    assert_eq!(keys(&street).await.len(), 1);
    street.house.advance(SignedDuration::from_hours(25 + 1));
    calendar(&street).await;
    assert_eq!(keys(&street).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calendars_at_once_make_one_key() {
    let street = Arc::new(Street::open().await);
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let street = street.clone();
            tokio::spawn(async move { calendar(&street).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(keys(&street).await.len(), 2);
}

#[tokio::test]
async fn a_turn_that_nobody_finished_is_taken_by_somebody_else() {
    let street = Street::open().await;
    let kid = keys(&street).await.remove(0);
    let table = street.house.around.table().unwrap();
    // A function that took the turn and died: a turn is twenty minutes long.
    let until = street.house.clock.now() + SignedDuration::from_mins(20);
    let taken = Update::new().count("until", until.as_millisecond());
    let turn = Key::new("signing", format!("after#{kid}"));
    table.update(Write::update(turn, taken)).await.unwrap();
    calendar(&street).await;
    assert_eq!(keys(&street).await.len(), 1, "another call is at it");
    street.house.advance(SignedDuration::from_mins(21));
    calendar(&street).await;
    assert_eq!(keys(&street).await.len(), 2);
}

#[tokio::test]
async fn a_vault_that_holds_nonsense_signs_nothing_and_says_nothing() {
    let street = Street::open().await;
    street.house.around.vault.put("snail-signing", "{\"keys\":[]}");
    let reply = street.house.get("/identity/.well-known/jwks.json").send().await;
    reply.refused(500, "internal_error");
    assert!(street.house.handle(Role::Schedule, json!({})).await.is_err());
}
