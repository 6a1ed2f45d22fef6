//! Strangers who register the e-mail of somebody else, and what they have of it: nothing.

use facts::identity::{AccountRegistered, RevocationReason, SessionRevoked};
use identity::Appointed;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, claims, only};

const STRANGERS: &str = "the password of a stranger";

async fn stranger_comes_in(street: &Street) -> Person {
    Person::of(&street.sign_in(ADA, STRANGERS).await.expect(201))
}

#[tokio::test]
async fn whoever_signed_in_before_the_email_was_confirmed_is_out_with_the_confirmation() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let letter = street.last_letter();
    let before = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    street.confirm(letter).await.expect(200);
    let told = only::<SessionRevoked>(&street.house.facts());
    assert_eq!(
        (told.len(), told[0].reason, told[0].session.to_string()),
        (1, RevocationReason::EmailConfirmed, before.session.clone())
    );
    street.refresh(&before.refresh).await.refused(401, "signed_out");
    street.get(&before, "/identity/me").send().await.refused(401, "signed_out");
    let after = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    assert_eq!(claims(&after.access)["roles"], json!(["customer"]));
    street.comes_to_rest().await;
}

#[tokio::test]
async fn a_stranger_who_registered_first_has_nothing_of_the_owners_account() {
    let mut street = Street::open().await;
    street.register_with(ADA, STRANGERS).await.expect(202);
    let strangers_letter = street.last_token().await;
    let stranger = stranger_comes_in(&street).await;
    street.register(ADA).await.expect(202);
    let letter = street.last_letter_read().await;
    assert_eq!(letter["purpose"], "already_registered");

    // Which of the two letters the owner opens first makes no difference.
    street.confirm_with(&strangers_letter).await.refused(409, "letter_void");
    street.refresh(&stranger.refresh).await.refused(401, "signed_out");
    let again = street.house.post("/identity/email/confirmation").bearer(&stranger.access);
    again.send().await.refused(401, "signed_out");
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
    street.reset(letter["token"].as_str().unwrap(), PASSWORD).await.expect(204);
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
    let owner = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let me = street.me(&owner).await;
    assert_eq!((&me["confirmed"], me.get("name")), (&json!(true), None), "not what a stranger is called");
    street.comes_to_rest().await;
}

#[tokio::test]
async fn a_stranger_who_uses_up_the_letters_does_not_keep_the_owner_from_contesting() {
    let mut street = Street::open().await;
    street.register_with(ADA, STRANGERS).await.expect(202);
    let strangers_letter = street.last_token().await;
    for _ in 0..3 {
        street.register_with(ADA, STRANGERS).await.expect(202);
    }
    street.house.facts();
    street.register(ADA).await.expect(202);
    assert!(street.house.facts().is_empty(), "the e-mail has had enough letters");
    street.confirm_with(&strangers_letter).await.refused(409, "letter_void");
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
    street.comes_to_rest().await;
}

#[tokio::test]
async fn a_stranger_who_registers_after_the_owner_has_nothing_either() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let first = street.last_token().await;
    street.register_with(ADA, STRANGERS).await.expect(202);
    let second = street.last_letter_read().await;
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
    street.confirm_with(&first).await.refused(409, "letter_void");
    street.confirm_with(second["token"].as_str().unwrap()).await.refused(409, "letter_void");
    street.reset(second["token"].as_str().unwrap(), PASSWORD).await.expect(204);
    street.sign_in(ADA, PASSWORD).await.expect(201);
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn who_registers_twice_with_one_password_has_two_letters_that_are_good() {
    let mut street = Street::open().await;
    let answers = [street.register(ADA).await.expect(202), street.register(ADA).await.expect(202)];
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!(answers[0].spend.requests, answers[1].spend.requests);
    let letters = street.letters();
    assert_eq!(letters.len(), 2);
    let tokens = [street.token(letters[0]).await, street.token(letters[1]).await];
    street.confirm_with(&tokens[0]).await.expect(200);
    street.confirm_with(&tokens[1]).await.refused(409, "letter_void");
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_registration_is_contested_at_the_price_of_one_and_only_as_often_as_letters_are_sent() {
    let mut street = Street::open().await;
    let first = street.register(ADA).await.expect(202);
    let mut letters = Vec::new();
    for n in 0..5 {
        let reply = street.register_with(ADA, &format!("{STRANGERS} {n}")).await.expect(202);
        assert_eq!((&reply.body, reply.spend.requests), (&first.body, first.spend.requests));
        letters.extend(street.letters());
    }
    assert_eq!(letters.len(), 3, "the registration's, and two more");
    let last = street.token(letters[2]).await;
    street.reset(&last, PASSWORD).await.expect(204);
    street.sign_in(ADA, PASSWORD).await.expect(201);
    street.register_with(ADA, STRANGERS).await.expect(202);
    street.sign_in(ADA, PASSWORD).await.expect(201);
    assert!(only::<AccountRegistered>(&street.house.facts()).is_empty());
}

#[tokio::test]
async fn a_stranger_who_registered_the_email_of_an_admin_to_be_does_not_become_one() {
    let mut street = Street::open().await;
    street.register_with(ADA, STRANGERS).await.expect(202);
    let stranger = stranger_comes_in(&street).await;
    let around = &street.house.around;
    assert!(identity::appoint_admin(around, ADA, None).await.is_err(), "whose password it is, is not known");
    let made = identity::appoint_admin(around, ADA, Some(PASSWORD)).await.unwrap();
    assert_eq!(made, Appointed::Made(stranger.account));
    street.refresh(&stranger.refresh).await.refused(401, "signed_out");
    street.sign_in(ADA, STRANGERS).await.refused(401, "wrong_credentials");
    let admin = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    assert_eq!(claims(&admin.access)["roles"], json!(["customer", "admin"]));
    street.comes_to_rest().await;
}
