//! What gives power looks at what is now: an admin who is one no more, or is gone, or goes in the very
//! moment; and keys that are made while their owner leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use testkit::{Reply, Sky, TRANSACTIONS};

use crate::street::{ADA, PASSWORD, Person, Street};

const ROOT: &str = "root@example.org";
const EVE: &str = "eve@example.org";

async fn two_admins() -> (Street, Sky, Person, Person) {
    let (mut street, sky) = Street::open_under_a_sky().await;
    let (root, eve) = (street.admin(ROOT).await, street.admin(EVE).await);
    (street, sky, root, eve)
}

fn at(whom: &Person, operation: &str) -> String {
    format!("/identity/admin/accounts/{}/{operation}", whom.account)
}

fn admin() -> Value {
    json!({ "role": "admin" })
}

async fn dismisses(street: &Street, who: &Person, whom: &Person) -> Reply {
    street.post(who, &at(whom, "revoke-role"), &admin()).send().await
}

/// Everything that an admin can do here to an account.
async fn tries_everything(street: &Street, who: &Person, whom: &Person, status: u16, code: &str) {
    let shop = ids::MerchantId::mint(&street.house.mint);
    let tier = json!({ "tier": "business" });
    let account = format!("/identity/admin/accounts/{}", whom.account);
    for call in [
        street.post(who, "/identity/admin/accounts/find", &json!({ "email": ADA })),
        street.get(who, &account),
        street.post(who, &at(who, "grant-role"), &admin()),
        street.post(who, &at(whom, "grant-role"), &admin()),
        street.post(who, &at(whom, "revoke-role"), &admin()),
        street.post(who, &at(whom, "tier"), &tier),
        street.post(who, &at(whom, "sign-out"), &Value::Null),
        street.post(who, &format!("/identity/admin/merchants/{shop}/tier"), &tier),
    ] {
        call.send().await.refused(status, code);
    }
}

#[tokio::test]
async fn a_dismissed_admin_is_none_whatever_the_token_says() {
    let (street, _, root, eve) = two_admins().await;
    dismisses(&street, &root, &eve).await.expect(200);
    tries_everything(&street, &eve, &root, 403, "forbidden").await;
    let found = street.get(&root, &format!("/identity/admin/accounts/{}", eve.account)).send().await;
    assert_eq!(found.expect(200).json()["roles"], json!(["customer"]));
    // Made an admin again they are one again, by the same token.
    street.post(&root, &at(&eve, "grant-role"), &admin()).send().await.expect(200);
    street.get(&eve, &format!("/identity/admin/accounts/{}", root.account)).send().await.expect(200);
}

#[tokio::test]
async fn an_admin_who_has_signed_out_or_closed_the_account_is_none() {
    let (street, _, root, eve) = two_admins().await;
    let again = Person::of(&street.sign_in(EVE, PASSWORD).await.expect(201));
    street.delete(&eve, &format!("/identity/sessions/{}", eve.session)).send().await.expect(204);
    tries_everything(&street, &eve, &root, 401, "signed_out").await;
    street.post(&again, "/identity/me/close", &json!({ "password": PASSWORD })).send().await.expect(204);
    tries_everything(&street, &again, &root, 401, "signed_out").await;
}

#[tokio::test]
async fn an_admin_who_is_signed_out_by_another_is_none_until_the_next_sign_in() {
    let (street, _, root, eve) = two_admins().await;
    street.post(&root, &at(&eve, "sign-out"), &Value::Null).send().await.expect(204);
    tries_everything(&street, &eve, &root, 401, "signed_out").await;
    let eve = Person::of(&street.sign_in(EVE, PASSWORD).await.expect(201));
    dismisses(&street, &eve, &root).await.expect(200);
}

/// Eve's command has been decided on and stands before the table when she is overtaken.
async fn overtaken(path: &str, body: Value, dismissed: bool) {
    let (mut street, sky, root, eve) = two_admins().await;
    let ada = street.customer(ADA).await;
    let elsewhere = Person::of(&street.sign_in(EVE, PASSWORD).await.expect(201));
    let account = format!("/identity/admin/accounts/{}", ada.account);
    let before = street.get(&root, &account).send().await.expect(200).json();
    let street = Arc::new(street);
    let mut held = sky.holds(TRANSACTIONS, 0);
    let (eves, path) = (street.clone(), path.replace("{account}", &ada.account.to_string()));
    let command = tokio::spawn(async move { eves.post(&eve, &path, &body).send().await });
    held.comes().await;
    if dismissed {
        dismisses(&street, &root, &elsewhere).await.expect(200);
    } else {
        let others = street.post(&elsewhere, "/identity/sessions/end-others", &Value::Null);
        others.send().await.expect(204);
    }
    held.goes_on();
    let reply = command.await.unwrap();
    match dismissed {
        true => reply.refused(403, "forbidden"),
        false => reply.refused(401, "signed_out"),
    };
    assert_eq!(street.get(&root, &account).send().await.expect(200).json(), before, "nothing was done");
}

#[tokio::test]
async fn an_admin_who_is_dismissed_before_the_command_is_carried_out_does_not_carry_it_out() {
    let of = |operation: &str| format!("/identity/admin/accounts/{{account}}/{operation}");
    overtaken(&of("grant-role"), admin(), true).await;
    overtaken(&of("tier"), json!({ "tier": "business" }), true).await;
    overtaken(&of("sign-out"), Value::Null, true).await;
    overtaken(
        "/identity/admin/merchants/mer_00000000000000000000000001/tier",
        json!({ "tier": "free" }),
        true,
    )
    .await;
}

#[tokio::test]
async fn an_admin_who_is_signed_out_before_the_command_is_carried_out_does_not_carry_it_out() {
    overtaken("/identity/admin/accounts/{account}/grant-role", admin(), false).await;
}

#[tokio::test]
async fn of_two_admins_who_dismiss_each_other_the_second_to_the_table_is_refused() {
    let (street, sky, root, eve) = two_admins().await;
    let street = Arc::new(street);
    let mut held = sky.holds(TRANSACTIONS, 0);
    let (roots, first, second) = (street.clone(), root.clone(), eve.clone());
    let command = tokio::spawn(async move { dismisses(&roots, &first, &second).await });
    held.comes().await;
    dismisses(&street, &eve, &root).await.expect(200);
    held.goes_on();
    command.await.unwrap().refused(403, "forbidden");
    dismisses(&street, &root, &eve).await.refused(403, "forbidden");
    street.get(&eve, &format!("/identity/admin/accounts/{}", root.account)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_admins_who_dismiss_each_other_at_once_leave_one() {
    let (street, _, root, eve) = two_admins().await;
    let street = Arc::new(street);
    for round in 0..20 {
        let commands = [(&root, &eve), (&eve, &root)].map(|(who, whom)| {
            let (street, who, whom) = (street.clone(), who.clone(), whom.clone());
            tokio::spawn(async move { dismisses(&street, &who, &whom).await.status.as_u16() })
        });
        let [first, second] = commands;
        let answers = [first.await.unwrap(), second.await.unwrap()];
        let winner = match answers {
            [200, 403 | 503] => &root,
            [403 | 503, 200] => &eve,
            answers => panic!("round {round}: {answers:?}"),
        };
        let loser = if winner.account == root.account { &eve } else { &root };
        dismisses(&street, loser, winner).await.refused(403, "forbidden");
        street.post(winner, &at(loser, "grant-role"), &admin()).send().await.expect(200);
    }
    street.is_sound().await;
}

async fn grant(street: &Street, made: &Value) -> Value {
    let digest = auth::ApiKey::parse(made["key"].as_str().unwrap()).unwrap().digest();
    street.house.ask("find_key", "k", &json!({ "digest": digest })).await.expect(200).json()["grant"].clone()
}

#[tokio::test]
async fn what_only_an_admin_gives_is_good_as_long_as_who_gave_it_is_one() {
    let (street, _, root, eve) = two_admins().await;
    let wish = json!({ "name": "course", "scopes": ["loms"] });
    let key = street.post(&eve, "/identity/api-keys", &wish).send().await.expect(201).json();
    assert!(grant(&street, &key).await.is_object());
    dismisses(&street, &root, &eve).await.expect(200);
    assert!(grant(&street, &key).await.is_null());
    street.post(&eve, "/identity/api-keys", &wish).send().await.refused(403, "forbidden");
    let rotate = format!("/identity/api-keys/{}/rotate", key["id"].as_str().unwrap());
    street.post(&eve, &rotate, &json!({})).send().await.refused(403, "forbidden");
    street.post(&root, &at(&eve, "grant-role"), &admin()).send().await.expect(200);
    assert!(grant(&street, &key).await.is_object(), "nothing was thrown away");
}

fn wish() -> Value {
    json!({ "name": "sync", "scopes": ["catalog:read"] })
}

async fn closes(street: &Street, who: &Person) -> Reply {
    street.post(who, "/identity/me/close", &json!({ "password": PASSWORD })).send().await
}

#[tokio::test]
async fn no_key_is_made_for_an_account_that_is_closed_meanwhile() {
    for keys_before in [0, 1] {
        let (mut street, sky) = Street::open_under_a_sky().await;
        let ada = street.customer(ADA).await;
        for _ in 0..keys_before {
            street.post(&ada, "/identity/api-keys", &wish()).send().await.expect(201);
        }
        let street = Arc::new(street);
        let mut held = sky.holds(TRANSACTIONS, 0);
        let (makers, maker) = (street.clone(), ada.clone());
        let command =
            tokio::spawn(async move { makers.post(&maker, "/identity/api-keys", &wish()).send().await });
        held.comes().await;
        closes(&street, &ada).await.expect(204);
        held.goes_on();
        command.await.unwrap().refused(404, "no_such_account");
        street.is_sound().await;
        let left = street.house.items().await;
        assert!(left.iter().all(|item| !item["pk"].as_s().unwrap().starts_with("key#")));
    }
}

#[tokio::test]
async fn no_session_begins_in_an_account_that_is_closed_meanwhile() {
    let (mut street, sky) = Street::open_under_a_sky().await;
    let ada = street.customer(ADA).await;
    let street = Arc::new(street);
    // The first counts the attempt at the password.
    let mut held = sky.holds(TRANSACTIONS, 1);
    let comer = street.clone();
    let command = tokio::spawn(async move { comer.sign_in(ADA, PASSWORD).await });
    held.comes().await;
    closes(&street, &ada).await.expect(204);
    let before = sessions(&street).await;
    held.goes_on();
    command.await.unwrap().refused(503, "unavailable");
    assert_eq!(sessions(&street).await, before, "what is swept once finds nothing more");
}

async fn sessions(street: &Street) -> usize {
    let items = street.house.items().await;
    items.iter().filter(|item| item["sk"].as_s().unwrap().starts_with("ses#")).count()
}

#[tokio::test]
async fn a_key_that_is_made_while_the_account_closes_goes_with_it() {
    for keys_before in [0, 1] {
        let (mut street, sky) = Street::open_under_a_sky().await;
        let ada = street.customer(ADA).await;
        for _ in 0..keys_before {
            street.post(&ada, "/identity/api-keys", &wish()).send().await.expect(201);
        }
        let street = Arc::new(street);
        // The first counts the attempt at the password.
        let mut held = sky.holds(TRANSACTIONS, 1);
        let (closers, closer) = (street.clone(), ada.clone());
        let command = tokio::spawn(async move { closes(&closers, &closer).await });
        held.comes().await;
        let made = street.post(&ada, "/identity/api-keys", &wish()).send().await.expect(201).json();
        held.goes_on();
        command.await.unwrap().expect(204);
        assert!(grant(&street, &made).await.is_null());
        street.is_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_a_key_and_the_end_of_its_account_race_no_key_is_left() {
    let mut street = Street::open().await;
    let mut people = Vec::new();
    for n in 0..25 {
        people.push(street.customer(&format!("ada{n}@example.org")).await);
    }
    let street = Arc::new(street);
    let mut answers = BTreeMap::new();
    for ada in &people {
        let (makers, closers) = (street.clone(), street.clone());
        let (maker, closer) = (ada.clone(), ada.clone());
        let made =
            tokio::spawn(async move { makers.post(&maker, "/identity/api-keys", &wish()).send().await });
        let closed = tokio::spawn(async move { closes(&closers, &closer).await });
        let (made, closed) = (made.await.unwrap(), closed.await.unwrap());
        closed.expect(204);
        *answers.entry(made.status.as_u16()).or_insert(0) += 1;
        if made.status == 201 {
            assert!(grant(&street, &made.json()).await.is_null());
        }
    }
    assert!(answers.keys().all(|status| [201, 404, 503].contains(status)), "{answers:?}");
    street.is_sound().await;
}

#[tokio::test]
async fn a_session_that_ends_before_its_command_is_carried_out_makes_no_key_and_no_password() {
    let change = json!({ "password": PASSWORD, "new_password": "another snail entirely" });
    for (path, body, counted) in [
        ("/identity/api-keys", wish(), 0),
        ("/identity/sessions/end-others", Value::Null, 0),
        // The first counts the attempt at the password.
        ("/identity/password/change", change, 1),
    ] {
        let (mut street, sky) = Street::open_under_a_sky().await;
        let thief = street.customer(ADA).await;
        let owner = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
        let street = Arc::new(street);
        let mut held = sky.holds(TRANSACTIONS, counted);
        let (thiefs, stolen) = (street.clone(), thief.clone());
        let command = tokio::spawn(async move { thiefs.post(&stolen, path, &body).send().await });
        held.comes().await;
        let end = format!("/identity/sessions/{}", thief.session);
        street.delete(&owner, &end).send().await.expect(204);
        held.goes_on();
        command.await.unwrap().refused(401, "signed_out");
        assert_eq!(street.sessions(&owner).await, 1, "{path}");
        street.sign_in(ADA, PASSWORD).await.expect(201);
        street.is_sound().await;
    }
}
