//! An account moves to another e-mail when both addresses agree.

use facts::identity::EmailChangeRequested;
use jiff::SignedDuration;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

const NEW: &str = "countess@example.org";

async fn ask(street: &Street, who: &Person, to: &str) -> testkit::Reply {
    street.post(who, "/identity/email/change", &json!({ "email": to, "password": PASSWORD })).send().await
}

#[tokio::test]
async fn both_addresses_agree_and_the_old_one_is_free_again() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.house.facts();
    ask(&street, &ada, NEW).await.expect(202);
    let told = only::<EmailChangeRequested>(&street.house.facts());
    let [old, new] = told[0].letters[..] else { panic!("one letter for each address") };
    assert_eq!(street.read(old).await["to"], ADA);
    assert_eq!(
        (&street.read(new).await["to"], &street.read(new).await["purpose"]),
        (&json!(NEW), &json!("change_email_new"))
    );
    assert_eq!(street.me(&ada).await["moving_to"], NEW);
    assert_eq!(street.confirm(new).await.expect(200).json()["state"], "waiting_for_the_other");
    assert_eq!(street.me(&ada).await["email"], ADA);
    assert_eq!(street.confirm(old).await.expect(200).json()["state"], "moved");
    let me = street.me(&ada).await;
    assert_eq!((&me["email"], me.get("moving_to")), (&json!(NEW), None));
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    street.sign_in(NEW, PASSWORD).await.expect(201);
    street.register(ADA).await.expect(202);
    street.sign_in(ADA, PASSWORD).await.expect(201);
    street.comes_to_rest().await;
}

#[tokio::test]
async fn whether_the_new_email_is_taken_shows_only_to_whoever_reads_both() {
    let mut street = Street::open().await;
    street.customer(NEW).await;
    let ada = street.customer(ADA).await;
    street.house.facts();
    let taken = ask(&street, &ada, NEW).await.expect(202);
    let letters = street.letters();
    let free = ask(&street, &ada, "free@example.org").await.expect(202);
    assert_eq!(taken.body, free.body);
    ask(&street, &ada, NEW).await.refused(429, "too_many_letters");
    // The second wish took the place of the first, so its letters are void.
    for letter in letters {
        street.house.ask("letter", "x", &json!({ "letter": letter })).await.refused(409, "letter_void");
    }
    street.house.advance(SignedDuration::from_hours(5));
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    street.house.facts();
    ask(&street, &ada, NEW).await.expect(202);
    let letters = street.letters();
    street.confirm(letters[0]).await.expect(200);
    street.confirm(letters[1]).await.refused(409, "email_taken");
    assert_eq!(street.me(&ada).await["email"], ADA);
    street.sign_in(NEW, PASSWORD).await.expect(201);
    street.is_sound().await;
}

#[tokio::test]
async fn it_takes_the_password_and_another_address() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let wrong = json!({ "email": NEW, "password": "not the password" });
    street.post(&ada, "/identity/email/change", &wrong).send().await.refused(403, "wrong_password");
    ask(&street, &ada, "ADA@example.org").await.refused(422, "same_email");
}

#[tokio::test]
async fn a_mistyped_email_is_put_right_by_the_new_one_alone() {
    let mut street = Street::open().await;
    let ada = street.newcomer("adda@example.org").await;
    street.house.facts();
    ask(&street, &ada, ADA).await.expect(202);
    let letters = street.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(street.confirm(letters[0]).await.expect(200).json()["state"], "moved");
    street.get(&ada, "/identity/me").send().await.refused(401, "signed_out");
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let me = street.me(&ada).await;
    assert_eq!((&me["email"], &me["confirmed"]), (&json!(ADA), &json!(true)));
}

#[tokio::test]
async fn a_move_lapses_and_a_new_password_stops_it() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.house.facts();
    ask(&street, &ada, NEW).await.expect(202);
    let letters = street.letters();
    let tokens = [street.token(letters[0]).await, street.token(letters[1]).await];
    let change = json!({ "password": PASSWORD, "new_password": "another snail entirely" });
    street.post(&ada, "/identity/password/change", &change).send().await.expect(204);
    for token in &tokens {
        street.confirm_with(token).await.refused(409, "letter_void");
    }
    street.house.advance(SignedDuration::from_hours(24));
    street.confirm_with(&tokens[0]).await.refused(409, "letter_expired");
}
