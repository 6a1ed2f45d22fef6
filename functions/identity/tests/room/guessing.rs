//! Guessing: the same answer for every e-mail, and more and more time between two guesses.

use jiff::SignedDuration;
use testkit::Reply;

use crate::street::{ADA, PASSWORD, Person, Street};

const WRONG: &str = "not the password of anybody";

fn without_trace(reply: &Reply) -> serde_json::Value {
    let mut json = reply.json();
    json.as_object_mut().unwrap().remove("trace_id");
    json
}

/// How often a password was looked at since the last time somebody asked.
fn hashed(street: &Street) -> usize {
    let lines = street.house.lines.text();
    lines.matches("\"hashes_checked\":1").count()
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_answer_for_the_same_work() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    let before = hashed(&street);
    let wrong = street.sign_in(ADA, WRONG).await.refused(401, "wrong_credentials");
    let between = hashed(&street);
    let unknown = street.sign_in("nobody@example.org", WRONG).await.refused(401, "wrong_credentials");
    let after = hashed(&street);
    assert_eq!((between - before, after - between), (1, 1), "one hash each");
    assert_eq!(without_trace(&wrong), without_trace(&unknown));
    assert_eq!(wrong.spend.requests, unknown.spend.requests);
    assert_eq!(wrong.spend.requests, 4);
    let names = |reply: &Reply| {
        let mut names: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&wrong), names(&unknown));
}

#[tokio::test]
async fn waiting_grows_with_every_wrong_password_and_is_forgiven_by_time_and_by_the_right_one() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for email in [ADA, "nobody@example.org"] {
        for _ in 0..10 {
            street.sign_in(email, WRONG).await.refused(401, "wrong_credentials");
        }
        let mut waits = Vec::new();
        for _ in 0..5 {
            let refused = street.sign_in(email, WRONG).await.refused(429, "too_many_attempts");
            let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
            waits.push(wait);
            street.house.advance(SignedDuration::from_secs(wait));
            street.sign_in(email, WRONG).await.refused(401, "wrong_credentials");
        }
        assert_eq!(waits, [3, 5, 9, 17, 33], "{email}");
        // The address is forgiven sooner than the account.
        street.house.advance(SignedDuration::from_mins(31));
    }
    street.sign_in(ADA, PASSWORD).await.expect(201);
    for _ in 0..9 {
        street.sign_in(ADA, WRONG).await.refused(401, "wrong_credentials");
    }
    street.sign_in(ADA, PASSWORD).await.expect(201);
    let events = street.events(&Person::of(&street.refresh(&ada.refresh).await.expect(200))).await;
    assert_eq!(events.iter().filter(|event| *event == "sign_in_failed").count(), 10 + 5 + 9);
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_waits_and_others_do_not() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    let from = |address: &'static str, email: String| {
        let body = serde_json::json!({ "email": email, "password": WRONG });
        let name = http::HeaderName::from_static("x-forwarded-for");
        street.house.post("/identity/sessions").header(name, address).json(&body)
    };
    for n in 0..30 {
        let reply = from("198.51.100.7", format!("nobody{n}@example.org")).send().await;
        reply.refused(401, "wrong_credentials");
    }
    from("198.51.100.7", "one-more@example.org".into()).send().await.refused(429, "too_many_attempts");
    from("198.51.100.8", "one-more@example.org".into()).send().await.refused(401, "wrong_credentials");
    street.sign_in(ADA, PASSWORD).await.expect(201);
    street.house.advance(SignedDuration::from_mins(30));
    from("198.51.100.7", "and-another@example.org".into()).send().await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn a_letter_lets_in_whoever_was_locked_out_by_somebody_else() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    while street.sign_in(ADA, WRONG).await.status != 429 {}
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, "another snail entirely").await.expect(204);
    street.sign_in(ADA, "another snail entirely").await.expect(201);
}

#[tokio::test]
async fn whoever_has_a_session_cannot_guess_the_password_faster() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let body = serde_json::json!({ "password": WRONG, "new_password": "another snail entirely" });
    for _ in 0..10 {
        let reply = street.post(&ada, "/identity/password/change", &body).send().await;
        reply.refused(403, "wrong_password");
    }
    let reply = street.post(&ada, "/identity/password/change", &body).send().await;
    reply.refused(429, "too_many_attempts");
}
