//! Many at once. Nothing here is repeatable to the letter, and everything must hold however it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use facts::identity::{AccountRegistered, PasswordResetRequested, SessionRevoked};
use jiff::SignedDuration;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_who_refresh_one_token_at_once_all_get_one_successor() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.house.facts();
    let street = Arc::new(street);
    for _ in 0..5 {
        let refreshes: Vec<_> = (0..20)
            .map(|_| {
                let (street, token) = (street.clone(), ada.refresh.clone());
                tokio::spawn(async move { Person::of(&street.refresh(&token).await.expect(200)).refresh })
            })
            .collect();
        let mut successors = BTreeSet::new();
        for refresh in refreshes {
            successors.insert(refresh.await.unwrap());
        }
        assert_eq!(successors.len(), 1, "one family, one successor");
    }
    let mut street = Arc::try_unwrap(street).ok().unwrap();
    assert!(only::<SessionRevoked>(&street.house.facts()).is_empty(), "no session ended");
    let next = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.refresh(&next.refresh).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_replays_at_once_end_the_session_once() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.refresh(&ada.refresh).await.expect(200);
    street.house.facts();
    street.house.advance(SignedDuration::from_secs(31));
    let street = Arc::new(street);
    let replays: Vec<_> = (0..10)
        .map(|_| {
            let (street, token) = (street.clone(), ada.refresh.clone());
            tokio::spawn(async move { street.refresh(&token).await.refused(401, "signed_out") })
        })
        .collect();
    for replay in replays {
        replay.await.unwrap();
    }
    let mut street = Arc::try_unwrap(street).ok().unwrap();
    assert_eq!(only::<SessionRevoked>(&street.house.facts()).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_who_register_one_email_at_once_make_one_account() {
    let street = Arc::new(Street::open().await);
    let all: Vec<_> = (0..10)
        .map(|n| {
            let street = street.clone();
            tokio::spawn(async move {
                street.register_with(ADA, &format!("{PASSWORD} {n}")).await.expect(202).body
            })
        })
        .collect();
    let mut answers = BTreeSet::new();
    for one in all {
        answers.insert(one.await.unwrap());
    }
    assert_eq!(answers.len(), 1, "no answer tells who was first");
    let mut street = Arc::try_unwrap(street).ok().unwrap();
    let facts = street.house.facts();
    assert_eq!(only::<AccountRegistered>(&facts).len(), 1);
    assert!(only::<PasswordResetRequested>(&facts).len() <= 3, "and nobody is buried in letters");
    let items = street.house.items().await;
    let accounts = items.iter().filter(|item| item["sk"].as_s().unwrap() == "account").count();
    assert_eq!(accounts, 1);
    let mut let_in = 0;
    for n in 0..10 {
        let_in += usize::from(street.sign_in(ADA, &format!("{PASSWORD} {n}")).await.status == 201);
    }
    assert_eq!(let_in, 0, "the reader of the mail says whose password is the account's");
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_once_are_counted_each() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    let street = Arc::new(street);
    let all: Vec<_> = (0..40)
        .map(|n| {
            let street = street.clone();
            let guess = format!("a guess of many {n}");
            tokio::spawn(async move { street.sign_in(ADA, &guess).await.status.as_u16() })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for one in all {
        *answers.entry(one.await.unwrap()).or_insert(0) += 1;
    }
    assert!(answers.keys().all(|status| [401, 429, 503].contains(status)), "{answers:?}");
    assert!(answers[&401] <= 10, "no more guesses than one after another: {answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn somebody_signs_in_on_several_devices_at_once() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    let street = Arc::new(street);
    let all: Vec<_> = (0..5)
        .map(|_| {
            let street = street.clone();
            tokio::spawn(async move { Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201)) })
        })
        .collect();
    for one in all {
        let person = one.await.unwrap();
        street.refresh(&person.refresh).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_letter_that_is_shown_many_times_at_once_acts_once() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    let street = Arc::new(street);
    let all: Vec<_> = (0..8)
        .map(|n| {
            let (street, token) = (street.clone(), token.clone());
            let password = format!("a snail of many {n}");
            tokio::spawn(async move { street.reset(&token, &password).await.status.as_u16() })
        })
        .collect();
    let mut done = 0;
    for one in all {
        match one.await.unwrap() {
            204 => done += 1,
            status => assert_eq!(status, 409),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_keys_at_once_are_twenty() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let street = Arc::new(street);
    let all: Vec<_> = (0..30)
        .map(|n| {
            let (street, ada) = (street.clone(), ada.clone());
            let body = json!({ "name": format!("key {n}"), "scopes": ["catalog:read"] });
            tokio::spawn(async move {
                street.post(&ada, "/identity/api-keys", &body).send().await.status.as_u16()
            })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for one in all {
        *answers.entry(one.await.unwrap()).or_insert(0) += 1;
    }
    assert!(answers.keys().all(|status| [201, 409, 503].contains(status)), "{answers:?}");
    let listed = street.get(&ada, "/identity/api-keys").send().await.expect(200).json();
    let alive = listed["items"].as_array().unwrap().len();
    assert_eq!((alive, answers[&201]), (answers[&201], alive), "every key that was shown is there");
    assert!(alive <= 20);
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_is_alive_after_a_reset_whoever_was_signing_in_meanwhile() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    let street = Arc::new(street);
    let mut all = Vec::new();
    for n in 0..12 {
        let (street, ada, token) = (street.clone(), ada.clone(), token.clone());
        all.push(tokio::spawn(async move {
            let reply = match n {
                5 => {
                    street.reset(&token, "another snail entirely").await.expect(204);
                    return None;
                }
                n if n % 2 == 0 => street.refresh(&ada.refresh).await,
                _ => street.sign_in(ADA, PASSWORD).await,
            };
            reply.status.is_success().then(|| Person::of(&reply))
        }));
    }
    for person in finished(all).await {
        street.refresh(&person.refresh).await.refused(401, "signed_out");
        street.get(&person, "/identity/me").send().await.refused(401, "signed_out");
    }
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    street.sign_in(ADA, "another snail entirely").await.expect(201);
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_is_closed_while_somebody_signs_in_is_closed() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let street = Arc::new(street);
    let mut all = Vec::new();
    for n in 0..8 {
        let (street, ada) = (street.clone(), ada.clone());
        all.push(tokio::spawn(async move {
            if n == 3 {
                let body = json!({ "password": PASSWORD });
                street.post(&ada, "/identity/me/close", &body).send().await.expect(204);
                return None;
            }
            let reply = street.sign_in(ADA, PASSWORD).await;
            reply.status.is_success().then(|| Person::of(&reply))
        }));
    }
    for person in finished(all).await {
        street.refresh(&person.refresh).await.refused(401, "signed_out");
    }
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    let mut street = Arc::try_unwrap(street).ok().unwrap();
    street.comes_to_rest().await;
    assert!(!street.table_knows(ADA).await && !street.table_knows("Lovelace").await);
}

/// Those who got in, once all are done.
async fn finished(all: Vec<tokio::task::JoinHandle<Option<Person>>>) -> Vec<Person> {
    let mut people = Vec::new();
    for one in all {
        people.extend(one.await.unwrap());
    }
    people
}
