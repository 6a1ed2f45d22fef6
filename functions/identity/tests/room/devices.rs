//! Strangers who guess, and the owner who comes home: the right password from a known place is right.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, from};

const WRONG: &str = "not the password of anybody";
const NEW: &str = "another snail entirely";
const HOME: &str = "203.0.113.9";

/// Strangers guess from many addresses, and from the owner's own, until none may any more.
async fn strangers_guess(street: &Street, email: &str) {
    let mut looked_at = 0;
    for n in 0..200 {
        let address = if n % 2 == 0 { HOME.to_owned() } else { format!("198.51.100.{n}") };
        let body = json!({ "email": email, "password": WRONG });
        let call = from(street.house.post("/identity/sessions"), &address).json(&body);
        looked_at += usize::from(call.send().await.status == 401);
    }
    assert_eq!(looked_at, 10, "many addresses together get no more guesses than one");
}

#[tokio::test]
async fn the_right_password_from_a_known_device_is_right_while_strangers_guess() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    strangers_guess(&street, ADA).await;
    street.sign_in(ADA, PASSWORD).await.refused(429, "too_many_attempts");
    let home = Person::of(&street.sign_in_on(&ada.device, HOME, ADA, PASSWORD).await.expect(201));
    assert_ne!(home.device, ada.device, "each sign-in brings a token of its own");
    street.sign_in_on(&home.device, "192.0.2.7", ADA, PASSWORD).await.expect(201);
    // The owner who comes home buys the strangers nothing.
    street.sign_in(ADA, WRONG).await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn an_address_that_is_blocked_keeps_no_known_device_out() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for n in 0..30 {
        street.sign_in(&format!("nobody{n}@example.org"), WRONG).await.refused(401, "wrong_credentials");
    }
    street.sign_in(ADA, PASSWORD).await.refused(429, "too_many_attempts");
    street.sign_in_on(&ada.device, HOME, ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_stolen_device_token_locks_only_itself() {
    let mut street = Street::open().await;
    let stolen = street.customer(ADA).await.device;
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201)).device;
    for _ in 0..10 {
        street.sign_in_on(&stolen, "198.51.100.7", ADA, WRONG).await.refused(401, "wrong_credentials");
    }
    for password in [WRONG, PASSWORD] {
        let refused = street.sign_in_on(&stolen, "198.51.100.7", ADA, password).await;
        refused.refused(429, "too_many_attempts");
    }
    street.sign_in_on(&other, HOME, ADA, PASSWORD).await.expect(201);
    let stranger = from(street.house.post("/identity/sessions"), "198.51.100.7");
    stranger.json(&json!({ "email": ADA, "password": PASSWORD })).send().await.expect(201);
    let refused = street.sign_in_on(&stolen, HOME, ADA, PASSWORD).await;
    refused.refused(429, "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_once_with_one_device_token_are_counted_each() {
    let mut street = Street::open().await;
    let device = street.customer(ADA).await.device;
    let street = Arc::new(street);
    let all: Vec<_> = (0..40)
        .map(|_| {
            let (street, device) = (street.clone(), device.clone());
            tokio::spawn(async move { street.sign_in_on(&device, HOME, ADA, WRONG).await.status.as_u16() })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for one in all {
        *answers.entry(one.await.unwrap()).or_insert(0) += 1;
    }
    assert!(answers.keys().all(|status| [401, 429, 503].contains(status)), "{answers:?}");
    assert!(answers[&401] <= 10, "{answers:?}");
}

#[tokio::test]
async fn a_token_of_another_account_or_of_nobody_makes_nobody_known() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let eve = street.customer("eve@example.org").await;
    let forged = format!("{}0", &ada.device[..ada.device.len() - 1]);
    let forged =
        if forged == ada.device { format!("{}1", &ada.device[..ada.device.len() - 1]) } else { forged };
    let tokens = [&eve.device, &forged, &ada.refresh, "snd_", "x"];
    for n in 0..10 {
        let reply = street.sign_in_on(tokens[n % 5], &format!("198.51.100.{n}"), ADA, WRONG).await;
        reply.refused(401, "wrong_credentials");
    }
    for token in tokens {
        let reply = street.sign_in_on(token, "192.0.2.7", ADA, PASSWORD).await;
        reply.refused(429, "too_many_attempts");
    }
    street.sign_in_on(&ada.device, HOME, ADA, PASSWORD).await.expect(201);
    street.sign_in_on(&eve.device, HOME, "eve@example.org", PASSWORD).await.expect(201);
}

#[tokio::test]
async fn who_collected_devices_under_an_earlier_password_guesses_the_next_one_no_faster() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let mut collected = Vec::new();
    for _ in 0..5 {
        collected.push(Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201)).device);
    }
    let change = json!({ "password": PASSWORD, "new_password": NEW });
    street.post(&ada, "/identity/password/change", &change).send().await.expect(204);
    for n in 0..10 {
        street.sign_in_on(&collected[n % 5], HOME, ADA, PASSWORD).await.refused(401, "wrong_credentials");
    }
    // They are judged as strangers from then on, so that the owner's old device is not locked out by them.
    street.sign_in_on(&collected[0], HOME, ADA, NEW).await.expect(201);
    for n in 0..10 {
        street.sign_in_on(&collected[n % 5], HOME, ADA, PASSWORD).await.refused(401, "wrong_credentials");
    }
    for device in &collected {
        street.sign_in_on(device, HOME, ADA, NEW).await.refused(429, "too_many_attempts");
    }
    // The device whose session was spared is as known as it was, and its renewal says so.
    street.sign_in_on(&ada.device, HOME, ADA, NEW).await.expect(201);
    let renewed = Person::of(&street.refresh(&ada.refresh).await.expect(200)).device;
    assert_ne!(renewed, ada.device);
    street.sign_in_on(&renewed, HOME, ADA, NEW).await.expect(201);
}

#[tokio::test]
async fn whoever_has_chosen_another_password_by_a_letter_is_let_in_at_home_while_strangers_guess() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, NEW).await.expect(204);
    strangers_guess(&street, ADA).await;
    street.sign_in_on(&ada.device, HOME, ADA, NEW).await.expect(201);
}

#[tokio::test]
async fn a_session_proves_the_password_while_strangers_guess_and_locks_only_itself() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let stolen = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    strangers_guess(&street, ADA).await;
    let change = |who: &Person, password: &str| {
        let body = json!({ "email": "countess@example.org", "password": password });
        street.post(who, "/identity/email/change", &body)
    };
    for _ in 0..10 {
        change(&stolen, WRONG).send().await.refused(403, "wrong_password");
    }
    change(&stolen, PASSWORD).send().await.refused(429, "too_many_attempts");
    // A session and its device are one place, so nobody guesses twice with what was stolen once.
    let reply = street.sign_in_on(&stolen.device, HOME, ADA, PASSWORD).await;
    reply.refused(429, "too_many_attempts");
    change(&ada, PASSWORD).send().await.expect(202);
    let body = json!({ "password": PASSWORD, "new_password": NEW });
    street.post(&ada, "/identity/password/change", &body).send().await.expect(204);
    let body = json!({ "password": NEW });
    street.post(&ada, "/identity/me/close", &body).send().await.expect(204);
    street.comes_to_rest().await;
}
