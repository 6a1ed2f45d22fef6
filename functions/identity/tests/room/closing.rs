//! The end of an account, and what is left of it.

use facts::identity::{AccountClosed, RevocationReason, SessionRevoked};
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

#[tokio::test]
async fn closing_takes_the_password_and_erases_the_person() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let name = json!({ "name": "Augusta Ada Lovelace" });
    street.put(&ada, "/identity/me/name", &name).send().await.expect(200);
    let wish = json!({ "name": "sync", "scopes": ["catalog:read"] });
    let key = street.post(&ada, "/identity/api-keys", &wish).send().await.expect(201).json();
    street.sign_in(ADA, "not the password").await.refused(401, "wrong_credentials");
    street.house.facts();

    let close = |password: &str| street.post(&ada, "/identity/me/close", &json!({ "password": password }));
    close("not the password").send().await.refused(403, "wrong_password");
    close(PASSWORD).send().await.expect(204);
    let facts = street.comes_to_rest().await;
    assert_eq!(only::<AccountClosed>(&facts).len(), 1);
    let ended = only::<SessionRevoked>(&facts);
    assert_eq!(ended.len(), 2);
    assert!(ended.iter().all(|one| one.reason == RevocationReason::AccountClosed));

    for personal in [ADA, "Lovelace", "$argon2id$", "Kitchen tablet", "203.0.113.9"] {
        // The strikes against the network are not about the person, and are swept by their age.
        let items = street.house.items().await;
        let left: Vec<_> = items.iter().filter(|item| format!("{item:?}").contains(personal)).collect();
        let left: Vec<_> =
            left.iter().filter(|item| !item["pk"].as_s().unwrap().starts_with("from#")).collect();
        assert!(left.is_empty(), "{personal}: {left:?}");
    }
    assert!(street.table_knows(&ada.account.to_string()).await, "the ledger can still name it");
    for gone in [&ada, &other] {
        street.refresh(&gone.refresh).await.refused(401, "signed_out");
        street.get(gone, "/identity/me").send().await.refused(404, "no_such_account");
    }
    let digest = auth::ApiKey::parse(key["key"].as_str().unwrap()).unwrap().digest();
    let found = street.house.ask("find_key", "k", &json!({ "digest": digest })).await.expect(200);
    assert_eq!(found.json()["grant"], json!(null));
}

#[tokio::test]
async fn the_email_of_a_closed_account_is_free_and_its_letters_are_void() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    let body = json!({ "password": PASSWORD });
    street.post(&ada, "/identity/me/close", &body).send().await.expect(204);
    street.reset(&token, "another snail entirely").await.refused(409, "letter_void");
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    let again = street.customer(ADA).await;
    assert_ne!(again.account, ada.account);
    street.post(&ada, "/identity/me/close", &body).send().await.refused(404, "no_such_account");
    street.get(&again, "/identity/me").send().await.expect(200);
}

#[tokio::test]
async fn a_closing_that_is_heard_of_twice_sweeps_nothing_of_anybody_else() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let eve = street.customer("eve@example.org").await;
    street.house.hears(eve.account, 9, &AccountClosed { account: eve.account }).await;
    assert_eq!(street.sessions(&eve).await, 1, "an account that is open is left alone");
    street.post(&ada, "/identity/me/close", &json!({ "password": PASSWORD })).send().await.expect(204);
    let facts = street.comes_to_rest().await;
    let again = facts.iter().find(|fact| fact.name.contains("account_closed")).unwrap().clone();
    assert!(street.house.hear(&[again]).await.is_empty());
    assert_eq!(street.sessions(&eve).await, 1);
}

#[tokio::test]
async fn a_long_trail_is_swept_to_its_end() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for _ in 0..120 {
        street.house.post("/identity/sessions/end-others").bearer(&ada.access).send().await.expect(204);
    }
    street.post(&ada, "/identity/me/close", &json!({ "password": PASSWORD })).send().await.expect(204);
    street.comes_to_rest().await;
    let person = format!("acc#{}", ada.account);
    let items = street.house.items().await;
    let left = items.iter().filter(|item| *item["pk"].as_s().unwrap() == person);
    let mut left: Vec<_> = left.map(|item| item["sk"].as_s().unwrap()[..5].to_owned()).collect();
    left.sort();
    assert_eq!(left, ["accou", "audit"], "the account, and that it was closed");
}
