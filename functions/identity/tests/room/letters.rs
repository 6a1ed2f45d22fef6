//! Letters: single-use, expiring, void when what they are for is no more.

use facts::identity::{ConfirmationRequested, PasswordResetRequested};
use jiff::SignedDuration;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

const NEW: &str = "another snail entirely";

#[tokio::test]
async fn a_letter_is_good_once() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let letter = street.last_letter();
    let token = street.token(letter).await;
    street.confirm_with(&token).await.expect(200);
    street.confirm_with(&token).await.refused(409, "letter_used");
    street.house.ask("letter", "again", &json!({ "letter": letter })).await.refused(409, "letter_used");

    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, NEW).await.expect(204);
    street.reset(&token, PASSWORD).await.refused(409, "letter_used");
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    street.sign_in(ADA, NEW).await.expect(201);
}

#[tokio::test]
async fn a_letter_expires() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let confirm = street.last_token().await;
    street.forgot(ADA).await.expect(202);
    let letter = street.last_letter();
    let reset = street.token(letter).await;
    street.house.advance(SignedDuration::from_hours(1));
    street.reset(&reset, NEW).await.refused(409, "letter_expired");
    street.house.ask("letter", "late", &json!({ "letter": letter })).await.refused(409, "letter_expired");
    street.house.advance(SignedDuration::from_hours(71));
    street.confirm_with(&confirm).await.refused(409, "letter_expired");
}

#[tokio::test]
async fn a_new_password_voids_the_letters_that_were_to_bring_another() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let first = street.last_token().await;
    street.forgot(ADA).await.expect(202);
    let second = street.last_token().await;
    street.reset(&second, NEW).await.expect(204);
    street.reset(&first, PASSWORD).await.refused(409, "letter_void");
    street.sign_in(ADA, NEW).await.expect(201);
}

#[tokio::test]
async fn a_letter_is_for_one_purpose() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let confirm = street.last_token().await;
    street.reset(&confirm, NEW).await.refused(409, "letter_void");
    street.forgot(ADA).await.expect(202);
    let reset = street.last_token().await;
    street.confirm_with(&reset).await.refused(409, "letter_void");
    street.confirm_with(&confirm).await.expect(200);
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_made_up_token_asks_no_table() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let good = street.last_token().await;
    let last = if good.ends_with('0') { "1" } else { "0" };
    for bad in ["x", "snl_", &format!("{}{last}", &good[..good.len() - 1]), &good.to_uppercase()] {
        let reply = street.confirm_with(bad).await.refused(404, "no_such_letter");
        assert_eq!(reply.spend.requests, 0, "{bad}");
        street.reset(bad, NEW).await.refused(404, "no_such_letter");
    }
}

#[tokio::test]
async fn no_token_lies_in_the_table_or_travels_in_a_fact() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    street.forgot(ADA).await.expect(202);
    let facts = street.house.facts();
    for fact in &facts {
        let text = serde_json::to_string(fact).unwrap();
        assert!(!text.contains("snl_") && !text.contains("example.org"), "{text}");
    }
    let letter = only::<PasswordResetRequested>(&facts)[0].letter;
    let token = street.token(letter).await;
    let secret = token.rsplit('_').next().unwrap();
    assert!(!street.table_knows(secret).await);
}

#[tokio::test]
async fn the_letter_of_the_registration_is_sent_again_a_few_times() {
    let mut street = Street::open().await;
    let ada = street.newcomer(ADA).await;
    let ask = async |street: &Street| {
        street.house.post("/identity/email/confirmation").bearer(&ada.access).send().await
    };
    ask(&street).await.expect(202);
    ask(&street).await.expect(202);
    let told = only::<ConfirmationRequested>(&street.house.facts());
    assert_eq!(told.len(), 2);
    ask(&street).await.refused(429, "too_many_letters");
    street.confirm(told[1].letter).await.expect(200);
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let ask = street.house.post("/identity/email/confirmation").bearer(&ada.access);
    ask.send().await.refused(409, "already_confirmed");
}

#[tokio::test]
async fn nobody_is_buried_in_letters_and_whoever_tries_does_not_learn_it() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    street.house.facts();
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(street.forgot(ADA).await.expect(202));
    }
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    assert!(answers.iter().all(|answer| answer.spend.requests == answers[0].spend.requests));
    assert_eq!(only::<PasswordResetRequested>(&street.house.facts()).len(), 3);
    let unknown = street.forgot("nobody@example.org").await.expect(202);
    assert_eq!((&unknown.body, unknown.spend.requests), (&answers[0].body, answers[0].spend.requests));
}

#[tokio::test]
async fn a_reset_ends_every_session() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, NEW).await.expect(204);
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    street.get(&ada, "/identity/me").send().await.refused(401, "signed_out");
    let fresh = Person::of(&street.sign_in(ADA, NEW).await.expect(201));
    assert_eq!(street.sessions(&fresh).await, 1);
    street.comes_to_rest().await;
}
