//! What does not tell whether an e-mail has an account: the answers, and the work that they take.

use serde_json::json;
use testkit::Reply;

use crate::street::{ADA, PASSWORD, Street, from};

const UNCONFIRMED: &str = "newcomer@example.org";
const CLOSED: &str = "gone@example.org";
const UNKNOWN: &str = "nobody@example.org";
const ALL: [&str; 4] = [ADA, UNCONFIRMED, CLOSED, UNKNOWN];

/// A street with an account of every kind.
async fn street() -> Street {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    street.newcomer(UNCONFIRMED).await;
    let gone = street.customer(CLOSED).await;
    street.post(&gone, "/identity/me/close", &json!({ "password": PASSWORD })).send().await.expect(204);
    // Whatever was registered a moment ago counts for nothing any more.
    street.house.advance(jiff::SignedDuration::from_hours(24));
    street
}

/// Requests, and the units of what they read and write. A transaction costs twice what a put does, so
/// that the one is not taken for the other.
fn work(reply: &Reply) -> (u64, u64, u64) {
    (reply.spend.requests, reply.spend.read_milli, reply.spend.write_milli)
}

/// All that a stranger gets to see of a request, and what it has asked of DynamoDB.
fn seen(reply: &Reply) -> (u16, String, (u64, u64, u64)) {
    let mut said = reply.json();
    if let Some(said) = said.as_object_mut() {
        said.remove("trace_id");
    }
    (reply.status.as_u16(), said.to_string(), work(reply))
}

async fn forgot(street: &Street, email: &str, address: &str) -> Reply {
    let call = from(street.house.post("/identity/password/forgot"), address);
    call.json(&json!({ "email": email })).send().await
}

async fn register(street: &Street, email: &str, address: &str) -> Reply {
    let body = json!({ "email": email, "password": "a snail of somebody else" });
    from(street.house.post("/identity/accounts"), address).json(&body).send().await
}

async fn guess(street: &Street, email: &str, address: &str) -> Reply {
    let body = json!({ "email": email, "password": "not the password" });
    from(street.house.post("/identity/sessions"), address).json(&body).send().await
}

#[tokio::test]
async fn to_forget_a_password_takes_the_same_work_for_every_e_mail_however_often() {
    let street = street().await;
    let mut all = Vec::new();
    for round in 0..6 {
        let mut answers = Vec::new();
        for (n, email) in ALL.into_iter().enumerate() {
            answers.push(seen(&forgot(&street, email, &format!("192.0.2.{n}")).await.expect(202)));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{round}: {answers:?}");
        all.push(answers[0].clone());
    }
    // Three letters go, and then no more: neither does that show.
    assert!(all.iter().all(|answer| *answer == all[0]), "{all:?}");
}

#[tokio::test]
async fn to_register_takes_the_same_work_for_every_e_mail_however_often() {
    let street = street().await;
    for round in 0..6 {
        let mut answers = Vec::new();
        for (n, email) in ALL.into_iter().enumerate() {
            answers.push(seen(&register(&street, email, &format!("192.0.2.{n}")).await.expect(202)));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{round}: {answers:?}");
    }
}

#[tokio::test]
async fn to_guess_takes_the_same_work_for_every_e_mail_however_often() {
    let street = street().await;
    for round in 0..12 {
        let mut answers = Vec::new();
        for (n, email) in ALL.into_iter().enumerate() {
            answers.push(seen(&guess(&street, email, &format!("192.0.2.{n}")).await));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{round}: {answers:?}");
        assert_eq!(answers[0].0, if round < 10 { 401 } else { 429 });
    }
}
