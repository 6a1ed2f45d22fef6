//! Everything that causes a letter has a limit for who gets it and for who causes it.

use facts::identity::{
    AccountRegistered, ConfirmationRequested, EmailChangeRequested, PasswordResetRequested,
};
use jiff::SignedDuration;
use serde_json::json;
use testkit::Reply;

use crate::street::{ADA, PASSWORD, Person, Street, from, only};

const STRANGER: &str = "stranger@example.org";

async fn move_to(street: &Street, who: &Person, to: &str) -> Reply {
    street.post(who, "/identity/email/change", &json!({ "email": to, "password": PASSWORD })).send().await
}

async fn forgot_from(street: &Street, address: &str, email: &str) -> Reply {
    let call = from(street.house.post("/identity/password/forgot"), address);
    call.json(&json!({ "email": email })).send().await
}

#[tokio::test]
async fn what_strangers_forget_uses_up_nothing_of_a_signed_in_change_of_address() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for _ in 0..10 {
        street.forgot(ADA).await.expect(202);
        street.register(ADA).await.expect(202);
    }
    move_to(&street, &ada, "countess@example.org").await.expect(202);
}

#[tokio::test]
async fn a_change_of_address_uses_up_nothing_of_what_somebody_may_forget() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    while move_to(&street, &ada, "countess@example.org").await.status != 429 {}
    street.house.facts();
    street.forgot(ADA).await.expect(202);
    assert_eq!(only::<PasswordResetRequested>(&street.house.facts()).len(), 1);
}

#[tokio::test]
async fn what_is_forgotten_uses_up_nothing_of_a_registration() {
    let mut street = Street::open().await;
    for _ in 0..10 {
        street.forgot(ADA).await.expect(202);
    }
    street.register(ADA).await.expect(202);
    let letter = street.last_letter();
    street.confirm(letter).await.expect(200);
}

#[tokio::test]
async fn an_address_sends_so_many_letters_whoever_gets_them() {
    let mut street = Street::open().await;
    for n in 0..30 {
        let email = format!("somebody{n}@example.org");
        // With one address of IPv6 come 2^64 more.
        forgot_from(&street, &format!("2001:db8:1:2::{n}"), &email).await.expect(202);
    }
    let reply = forgot_from(&street, "2001:db8:1:2::99", "one-more@example.org").await;
    reply.refused(429, "too_many_letters");
    let body = json!({ "email": STRANGER, "password": PASSWORD });
    let register = |address: &str| from(street.house.post("/identity/accounts"), address).json(&body);
    register("2001:db8:1:2::99").send().await.refused(429, "too_many_letters");
    register("2001:db8:1:3::99").send().await.expect(202);
    // A sender who may cause no letter guesses no less and signs in all the same.
    let body = json!({ "email": STRANGER, "password": PASSWORD });
    let call = from(street.house.post("/identity/sessions"), "2001:db8:1:2::99").json(&body);
    call.send().await.expect(201);
    street.house.facts();
    street.house.advance(SignedDuration::from_mins(15));
    forgot_from(&street, "2001:db8:1:2::99", STRANGER).await.expect(202);
    assert_eq!(only::<PasswordResetRequested>(&street.house.facts()).len(), 1);
}

#[tokio::test]
async fn a_sender_who_is_refused_learns_nothing_of_the_e_mail() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    for n in 0..30 {
        forgot_from(&street, "198.51.100.7", &format!("somebody{n}@example.org")).await.expect(202);
    }
    let known = forgot_from(&street, "198.51.100.7", ADA).await.refused(429, "too_many_letters");
    let unknown = forgot_from(&street, "198.51.100.7", STRANGER).await.refused(429, "too_many_letters");
    assert_eq!(known.spend, unknown.spend);
    assert_eq!(known.spend.requests, 1);
}

#[tokio::test]
async fn a_stranger_gets_so_many_letters_from_all_who_want_to_move_there() {
    let mut street = Street::open().await;
    let mut movers = Vec::new();
    for n in 0..5 {
        movers.push(street.customer(&format!("mover{n}@example.org")).await);
    }
    street.house.facts();
    for (n, mover) in movers.iter().enumerate() {
        let reply = move_to(&street, mover, STRANGER).await;
        if n < 3 {
            reply.expect(202)
        } else {
            reply.refused(429, "too_many_letters")
        };
    }
    assert_eq!(only::<EmailChangeRequested>(&street.house.facts()).len(), 3);
    move_to(&street, &movers[4], "elsewhere@example.org").await.expect(202);
    street.house.advance(SignedDuration::from_mins(2));
    let mover = Person::of(&street.sign_in("mover4@example.org", PASSWORD).await.expect(201));
    move_to(&street, &mover, STRANGER).await.expect(202);
}

#[tokio::test]
async fn to_register_and_close_again_and_again_sends_no_more_letters() {
    let mut street = Street::open().await;
    let (mut readable, mut asked) = (0, 0);
    for n in 0..6 {
        street.register(STRANGER).await.expect(202);
        let registered = only::<AccountRegistered>(&street.house.facts());
        assert_eq!(registered.len(), 1, "the account is made, whether or not there is a letter: {n}");
        let body = json!({ "letter": registered[0].letter });
        let letter = street.house.ask("letter", &format!("letter {n}"), &body).await;
        match letter.status.as_u16() {
            200 => readable += 1,
            _ => drop(letter.refused(409, "letter_used")),
        }
        let person = Person::of(&street.sign_in(STRANGER, PASSWORD).await.expect(201));
        for _ in 0..2 {
            street.house.post("/identity/email/confirmation").bearer(&person.access).send().await;
        }
        asked += only::<ConfirmationRequested>(&street.house.facts()).len();
        let close = street.post(&person, "/identity/me/close", &json!({ "password": PASSWORD }));
        close.send().await.expect(204);
        street.comes_to_rest().await;
    }
    assert_eq!((readable, asked), (3, 3));
    // Its owner is let in later, by a letter that is asked for again.
    street.register(STRANGER).await.expect(202);
    let owner = Person::of(&street.sign_in(STRANGER, PASSWORD).await.expect(201));
    street.house.advance(SignedDuration::from_mins(2));
    let owner = Person::of(&street.refresh(&owner.refresh).await.expect(200));
    street.house.facts();
    street.house.post("/identity/email/confirmation").bearer(&owner.access).send().await.expect(202);
    let letter = street.last_letter();
    street.confirm(letter).await.expect(200);
}
