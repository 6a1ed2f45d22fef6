//! Signing in, going on, signing out.

use facts::identity::{RevocationReason, SessionRevoked};
use jiff::SignedDuration;
use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street, only};

#[tokio::test]
async fn a_token_says_who_it_is_and_is_believed_by_the_keys_that_everybody_may_read() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let keys = street.house.get("/identity/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(keys.header("cache-control"), Some("public, max-age=300, stale-while-revalidate=300"));
    let set = auth::KeySet::from_jwks(&keys.text()).unwrap();
    let clock = street.house.clock.clone();
    let verifier = auth::Verifier::new(set, testkit::ISSUER, testkit::AUDIENCE, clock);
    let believed = verifier.token(&ada.access).unwrap();
    assert_eq!((believed.sub, believed.session), (ada.account, ada.session.clone()));
    assert!(!keys.text().contains("\"d\""));
    street.house.advance(SignedDuration::from_mins(11));
    assert_eq!(verifier.token(&ada.access), Err(auth::Denied::Expired));
}

#[tokio::test]
async fn a_refresh_is_one_write_and_one_reading_and_a_sign_in_four_requests() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let refreshed = street.refresh(&ada.refresh).await.expect(200);
    assert_eq!(refreshed.spend.requests, 2);
    assert!(refreshed.spend.write_milli <= 2_000, "{:?}", refreshed.spend);
    let signed_in = street.sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(signed_in.spend.requests, 4);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_successor_after_it() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let mut last = ada.clone();
    for _ in 0..5 {
        street.house.advance(SignedDuration::from_mins(10));
        let next = Person::of(&street.refresh(&last.refresh).await.expect(200));
        assert!(next.refresh != last.refresh && next.session == ada.session);
        last = next;
    }
    street.get(&last, "/identity/me").send().await.expect(200);
}

#[tokio::test]
async fn who_races_with_themselves_gets_the_same_successor_within_the_grace() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let first = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.house.advance(SignedDuration::from_secs(30));
    let second = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    assert_eq!(first.refresh, second.refresh);
    street.refresh(&second.refresh).await.expect(200);
}

#[tokio::test]
async fn a_replay_after_the_grace_ends_the_session_and_tells_the_owner() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let thief = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.house.facts();
    street.house.advance(SignedDuration::from_secs(31));
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    let told = only::<SessionRevoked>(&street.house.facts());
    assert_eq!((told.len(), told[0].reason), (1, RevocationReason::Replayed));
    assert_eq!(told[0].session.to_string(), ada.session);
    street.refresh(&thief.refresh).await.refused(401, "signed_out");
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    assert!(only::<SessionRevoked>(&street.house.facts()).is_empty(), "it ends once");
    assert_eq!(street.sessions(&other).await, 1, "the owner's other session goes on");
    assert_eq!(street.events(&other).await[0], "refresh_replayed");
}

#[tokio::test]
async fn a_token_of_two_renewals_ago_is_a_replay_at_once() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let second = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    let third = Person::of(&street.refresh(&second.refresh).await.expect(200));
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    street.refresh(&third.refresh).await.refused(401, "signed_out");
}

#[tokio::test]
async fn a_made_up_refresh_token_asks_no_table_and_ends_nothing() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let mut parts: Vec<_> = ada.refresh.split('_').map(str::to_owned).collect();
    parts[3] = "0".repeat(64);
    for bad in ["x".to_owned(), parts.join("_"), ada.refresh.to_uppercase(), format!("{}0", ada.refresh)] {
        let reply = street.refresh(&bad).await.refused(401, "signed_out");
        assert_eq!(reply.spend.requests, 0, "{bad}");
    }
    street.refresh(&ada.refresh).await.expect(200);
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_after_thirty_days_and_one_that_is_used_goes_on() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.house.advance(SignedDuration::from_hours(29 * 24));
    let later = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    street.house.advance(SignedDuration::from_hours(29 * 24));
    let latest = Person::of(&street.refresh(&later.refresh).await.expect(200));
    street.house.advance(SignedDuration::from_hours(30 * 24));
    street.refresh(&latest.refresh).await.refused(401, "signed_out");
}

#[tokio::test]
async fn an_owner_sees_where_they_are_signed_in_and_ends_what_they_do_not_know() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let listed = street.get(&ada, "/identity/sessions").send().await.expect(200).json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let this: Vec<_> = items.iter().filter(|item| item["this"] == true).collect();
    assert_eq!((this.len(), &this[0]["id"]), (1, &json!(ada.session)));
    assert_eq!(
        (&items[0]["device"], &items[0]["address"]),
        (&json!("Kitchen tablet"), &json!("203.0.113.9"))
    );
    assert!(!listed.to_string().contains("digest"));

    street.house.facts();
    let path = format!("/identity/sessions/{}", other.session);
    street.delete(&ada, &path).send().await.expect(204);
    street.delete(&ada, &path).send().await.refused(404, "no_such_session");
    assert_eq!(only::<SessionRevoked>(&street.house.facts())[0].reason, RevocationReason::SignedOut);
    street.refresh(&other.refresh).await.refused(401, "signed_out");
    street.get(&other, "/identity/me").send().await.refused(401, "signed_out");
    street.get(&ada, "/identity/me").send().await.expect(200);
}

#[tokio::test]
async fn an_owner_ends_every_other_session_by_one_write() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201)));
    }
    street.house.facts();
    street.house.post("/identity/sessions/end-others").bearer(&ada.access).send().await.expect(204);
    assert_eq!(only::<SessionRevoked>(&street.house.facts()).len(), 3);
    for other in &others {
        street.refresh(&other.refresh).await.refused(401, "signed_out");
    }
    let ada = Person::of(&street.refresh(&ada.refresh).await.expect(200));
    assert_eq!(street.sessions(&ada).await, 1);
    // Who was spared is spared once, and whoever comes after it belongs to the new epoch.
    let later = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    street.house.post("/identity/sessions/end-others").bearer(&later.access).send().await.expect(204);
    street.refresh(&ada.refresh).await.refused(401, "signed_out");
    street.refresh(&later.refresh).await.expect(200);
}

#[tokio::test]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let change = |old: &str, new: &str| json!({ "password": old, "new_password": new });
    let path = "/identity/password/change";
    let new = "another snail entirely";
    street.post(&ada, path, &change("a wrong password", new)).send().await.refused(403, "wrong_password");
    street.post(&ada, path, &change(PASSWORD, "password1234")).send().await.refused(422, "weak_password");
    street.post(&ada, path, &change(PASSWORD, new)).send().await.expect(204);
    street.refresh(&other.refresh).await.refused(401, "signed_out");
    street.refresh(&ada.refresh).await.expect(200);
    street.sign_in(ADA, PASSWORD).await.refused(401, "wrong_credentials");
    street.sign_in(ADA, new).await.expect(201);
    assert!(street.events(&ada).await.contains(&"password_changed".to_owned()));
}

#[tokio::test]
async fn what_is_kept_of_a_password_grows_with_the_parameters_of_the_host() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    assert!(street.table_knows("m=64,t=1,p=1").await);
    let around = street.house.around.clone();
    let env = around.env.with([("PASSWORD_MEMORY_KIB", "128")]);
    let stronger = lambda::Surroundings { env, ..around };
    let roles = (identity::room().open)(&stronger).unwrap();
    let body = json!({ "email": ADA, "password": PASSWORD }).to_string();
    let request = http::Request::post("/identity/sessions").header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(body)).unwrap();
    let answer = tower::ServiceExt::oneshot(roles.router().unwrap(), request).await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(street.table_knows("m=128,t=1,p=1").await && !street.table_knows("m=64,t=1,p=1").await);
    street.sign_in(ADA, PASSWORD).await.expect(201);
}
