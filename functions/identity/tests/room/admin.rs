//! The people who run the market, and how there is a first one.

use facts::identity::{RevocationReason, SessionRevoked};
use identity::Appointed;
use serde_json::{Value, json};

use crate::street::{ADA, PASSWORD, Person, Street, claims, only};

const ROOT: &str = "root@example.org";

#[tokio::test]
async fn the_first_admin_is_made_by_the_host_and_by_nothing_else() {
    let street = Street::open().await;
    let around = &street.house.around;
    assert!(identity::appoint_admin(around, ROOT, None).await.is_err(), "a new account needs a password");
    assert!(identity::appoint_admin(around, "nonsense", Some(PASSWORD)).await.is_err());
    assert!(identity::appoint_admin(around, ROOT, Some("password1234")).await.is_err());
    assert!(street.house.items().await.is_empty());
    let made = identity::appoint_admin(around, ROOT, Some(PASSWORD)).await.unwrap();
    let root = Person::of(&street.sign_in(ROOT, PASSWORD).await.expect(201));
    assert_eq!(made, Appointed::Made(root.account));
    assert_eq!(claims(&root.access)["roles"], json!(["customer", "admin"]));
    let again = identity::appoint_admin(around, ROOT, Some("another snail entirely")).await.unwrap();
    assert_eq!(again, Appointed::Known(root.account));
    street.sign_in(ROOT, "another snail entirely").await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn an_account_that_is_there_is_appointed_as_it_is() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let known = identity::appoint_admin(&street.house.around, ADA, None).await.unwrap();
    assert_eq!(known, Appointed::Known(ada.account));
    let ada = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    assert_eq!(claims(&ada.access)["roles"], json!(["customer", "admin"]));
}

#[tokio::test]
async fn an_admin_grants_and_takes_away_and_the_trail_says_who_it_was() {
    let mut street = Street::open().await;
    let root = street.admin(ROOT).await;
    let ada = street.customer(ADA).await;
    let path = |operation: &str| format!("/identity/admin/accounts/{}/{operation}", ada.account);
    let operator = json!({ "role": "operator" });
    street.post(&ada, &path("grant-role"), &operator).send().await.refused(403, "forbidden");
    let granted = street.post(&root, &path("grant-role"), &operator).send().await.expect(200);
    assert_eq!(granted.json()["roles"], json!(["customer", "operator"]));
    let renewed = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    assert_eq!(claims(&renewed.access)["roles"], json!(["customer", "operator"]));
    street.post(&root, &path("revoke-role"), &operator).send().await.expect(200);
    let renewed = Person::of(&street.refresh(&renewed.refresh).await.expect(200));
    assert_eq!(claims(&renewed.access)["roles"], json!(["customer"]));
    let trail = street.get(&renewed, "/identity/events").send().await.expect(200).json();
    let said = |item: &Value| (item["event"].clone(), item["about"].clone(), item["by"].clone());
    let by = json!(root.account);
    assert_eq!(said(&trail["items"][0]), (json!("role_revoked"), json!("operator"), by.clone()));
    assert_eq!(said(&trail["items"][1]), (json!("role_granted"), json!("operator"), by));
}

#[tokio::test]
async fn nobody_takes_the_role_of_an_admin_from_themselves_or_gives_it_to_a_stranger() {
    let mut street = Street::open().await;
    let root = street.admin(ROOT).await;
    let newcomer = street.newcomer(ADA).await;
    let path =
        |who: &Person, operation: &str| format!("/identity/admin/accounts/{}/{operation}", who.account);
    let admin = json!({ "role": "admin" });
    street.post(&root, &path(&root, "revoke-role"), &admin).send().await.refused(409, "own_role");
    street.post(&root, &path(&newcomer, "grant-role"), &admin).send().await.refused(409, "email_unconfirmed");
    street
        .post(&root, &path(&root, "grant-role"), &json!({ "role": "customer" }))
        .send()
        .await
        .refused(400, "invalid_body");
}

#[tokio::test]
async fn an_admin_finds_an_account_by_its_email_and_ends_its_sessions() {
    let mut street = Street::open().await;
    let root = street.admin(ROOT).await;
    let ada = street.customer(ADA).await;
    let find = async |email: &str| {
        street
            .house
            .post("/identity/admin/accounts/find")
            .bearer(&root.access)
            .json(&json!({ "email": email }))
            .send()
            .await
    };
    let found = find("ADA@example.org").await.expect(200).json();
    assert_eq!((&found["id"], &found["tier"]), (&json!(ada.account), &json!("free")));
    assert!(!found.to_string().contains("argon2"));
    find("nobody@example.org").await.refused(404, "no_such_account");
    street.house.facts();
    let path = format!("/identity/admin/accounts/{}/sign-out", ada.account);
    street.house.post(&path).bearer(&root.access).send().await.expect(204);
    assert_eq!(only::<SessionRevoked>(&street.house.facts())[0].reason, RevocationReason::ByAdmin);
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    street.sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn an_admin_who_has_seen_an_older_account_is_told_so() {
    let mut street = Street::open().await;
    let root = street.admin(ROOT).await;
    let ada = street.customer(ADA).await;
    let account = format!("/identity/admin/accounts/{}", ada.account);
    let path = |operation: &str| format!("{account}/{operation}");
    let read = async || street.get(&root, &account).send().await.expect(200);
    let (tier, operator) = (json!({ "tier": "business" }), json!({ "role": "operator" }));
    let seen = read().await.version();
    let set = street.post(&root, &path("tier"), &tier).if_match(seen).send().await.expect(200);
    assert_eq!(set.version(), seen + 1);
    let now = read().await;
    assert_eq!((now.version(), &now.json()["tier"]), (seen + 1, &tier["tier"]));
    for (operation, body) in [("tier", &tier), ("grant-role", &operator), ("revoke-role", &operator)] {
        let stale = street.post(&root, &path(operation), body).if_match(seen);
        stale.send().await.refused(412, "stale_version");
    }
    assert_eq!(read().await.version(), seen + 1);
    street.post(&root, &path("grant-role"), &operator).if_match(seen + 1).send().await.expect(200);
}
