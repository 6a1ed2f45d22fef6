//! Registering, confirming, and what an account says to its owner.

use facts::identity::{AccountConfirmed, AccountRegistered};
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, claims, only};

#[tokio::test]
async fn who_registers_gets_a_letter_and_is_a_customer_once_it_is_shown() {
    let mut street = Street::open().await;
    street.register(ADA).await.expect(202);
    let facts = street.house.facts();
    let told = only::<AccountRegistered>(&facts);
    assert_eq!((told.len(), told[0].locale.as_str()), (1, "ru"));
    let before = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    assert_eq!(claims(&before.access)["roles"], json!([]));
    assert_eq!(street.me(&before).await["confirmed"], false);

    let letter = street.read(told[0].letter).await;
    assert_eq!((&letter["to"], &letter["locale"]), (&json!(ADA), &json!("ru")));
    assert_eq!(letter["purpose"], "confirm_email");
    let confirmed = street.confirm(told[0].letter).await.expect(200);
    assert_eq!(confirmed.json(), json!({ "state": "confirmed" }));
    assert_eq!(only::<AccountConfirmed>(&street.house.facts()).len(), 1);

    let after = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    assert_eq!(claims(&after.access)["roles"], json!(["customer"]));
    assert_eq!(claims(&after.access)["locale"], "ru");
    assert_eq!(claims(&after.access)["session"], after.session.as_str());
    let me = street.me(&after).await;
    assert_eq!(
        (&me["email"], &me["name"], &me["confirmed"]),
        (&json!(ADA), &json!("Ada Lovelace"), &json!(true))
    );
}

#[tokio::test]
async fn an_email_is_taken_in_whatever_spelling_and_nobody_learns_it() {
    let mut street = Street::open().await;
    let first = street.register(ADA).await.expect(202);
    let letter = street.last_letter();
    street.confirm(letter).await.expect(200);
    street.house.facts();
    let second = street.register_with(" ADA@Example.org ", "another snail entirely").await.expect(202);
    assert_eq!(first.body, second.body);
    assert_eq!(first.spend.requests, second.spend.requests, "as many requests for a taken e-mail");
    let letter = street.last_letter_read().await;
    assert_eq!((&letter["purpose"], &letter["to"]), (&json!("already_registered"), &json!(ADA)));
    street.sign_in(ADA, "another snail entirely").await.refused(401, "wrong_credentials");
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn the_owner_of_a_taken_email_comes_in_by_the_letter() {
    let mut street = Street::open().await;
    street.register_with(ADA, "the password of a squatter").await.expect(202);
    let squatter = Person::of(&street.sign_in(ADA, "the password of a squatter").await.expect(201));
    street.register(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, PASSWORD).await.expect(204);
    let owner = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    assert_eq!(
        claims(&owner.access)["roles"],
        json!(["customer"]),
        "the reader of the mail has confirmed it"
    );
    street.refresh(&squatter.refresh).await.refused(401, "signed_out");
}

#[tokio::test]
async fn a_password_that_everybody_tries_is_refused_and_nothing_is_made() {
    let street = Street::open().await;
    for (password, why) in [("short one", "too_short"), ("password1234", "too_common"), (ADA, "is_email")] {
        let reply = street.register_with(ADA, password).await.refused(422, "weak_password");
        assert_eq!(reply.json()["errors"][0]["code"], why);
    }
    assert!(street.house.items().await.is_empty());
}

#[tokio::test]
async fn an_owner_changes_name_and_language_at_the_version_they_have_seen() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let version = street.get(&ada, "/identity/me").send().await.expect(200).version();
    let name = json!({ "name": "Countess of Lovelace" });
    let changed = street.put(&ada, "/identity/me/name", &name).if_match(version).send().await.expect(200);
    assert_eq!(changed.json()["name"], "Countess of Lovelace");
    let stale = street.put(&ada, "/identity/me/locale", &json!({ "locale": "ar" })).if_match(version);
    stale.send().await.refused(412, "stale_version");
    street.put(&ada, "/identity/me/locale", &json!({ "locale": "ar" })).send().await.expect(200);
    street.put(&ada, "/identity/me/name", &json!({ "name": null })).send().await.expect(200);
    let me = street.me(&ada).await;
    assert_eq!((&me["locale"], me.get("name")), (&json!("ar"), None));
    let again = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    assert_eq!(claims(&again.access)["locale"], "ar");
}
