//! Whatever happens to an account, its owner can read it, and nobody else can.

use serde_json::json;

use crate::street::{ADA, PASSWORD, Person, Street};

#[tokio::test]
async fn every_security_event_is_in_the_trail() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    street.register_with(ADA, "another snail entirely").await.expect(202);
    street.sign_in(ADA, "not the password").await.refused(401, "wrong_credentials");
    let other = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let path = format!("/identity/sessions/{}", other.session);
    street.delete(&ada, &path).send().await.expect(204);
    street.house.post("/identity/sessions/end-others").bearer(&ada.access).send().await.expect(204);
    let wish = json!({ "name": "sync", "scopes": ["catalog:read"] });
    let key = street.post(&ada, "/identity/api-keys", &wish).send().await.expect(201).json();
    let path = format!("/identity/api-keys/{}", key["id"].as_str().unwrap());
    street.post(&ada, &format!("{path}/rotate"), &json!({})).send().await.expect(201);
    street.delete(&ada, &path).send().await.expect(204);
    let change = json!({ "password": PASSWORD, "new_password": "a third snail entirely" });
    street.post(&ada, "/identity/password/change", &change).send().await.expect(204);
    street.forgot(ADA).await.expect(202);
    let token = street.last_token().await;
    street.reset(&token, PASSWORD).await.expect(204);
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let mut events = street.events(&ada).await;
    events.reverse();
    let expect = [
        "registered",
        "confirmed",
        "signed_in",
        "registered_again",
        "sign_in_failed",
        "signed_in",
        "session_ended",
        "sessions_ended",
        "api_key_created",
        "api_key_rotated",
        "api_key_revoked",
        "password_changed",
        "password_reset_requested",
        "password_reset",
        "signed_in",
    ];
    assert_eq!(events, expect);
}

#[tokio::test]
async fn a_move_and_a_wish_for_another_letter_are_in_the_trail_as_well() {
    let mut street = Street::open().await;
    let ada = street.newcomer(ADA).await;
    street.house.post("/identity/email/confirmation").bearer(&ada.access).send().await.expect(202);
    let letter = street.last_letter();
    street.confirm(letter).await.expect(200);
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let wish = json!({ "email": "countess@example.org", "password": PASSWORD });
    street.post(&ada, "/identity/email/change", &wish).send().await.expect(202);
    for letter in street.letters() {
        street.confirm(letter).await.expect(200);
    }
    let mut events = street.events(&ada).await;
    events.reverse();
    let expect = [
        "registered",
        "signed_in",
        "confirmation_requested",
        "confirmed",
        "signed_in",
        "email_change_requested",
        "email_change_agreed",
        "email_changed",
    ];
    assert_eq!(events, expect);
}

#[tokio::test]
async fn the_trail_is_read_page_by_page_and_says_from_where() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    for _ in 0..6 {
        street.sign_in(ADA, PASSWORD).await.expect(201);
    }
    let mut events = Vec::new();
    let mut path = "/identity/events?limit=4".to_owned();
    loop {
        let page = street.get(&ada, &path).send().await.expect(200);
        let link = page.header("link").map(str::to_owned);
        let page = page.json();
        events.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        assert!(link.unwrap().contains("rel=\"next\""));
        path = format!("/identity/events?limit=4&cursor={next}");
    }
    assert_eq!(events.len(), 3 + 6);
    assert_eq!((&events[0]["event"], &events[0]["address"]), (&json!("signed_in"), &json!("203.0.113.9")));
    let times: Vec<_> = events.iter().map(|event| event["at"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
}

#[tokio::test]
async fn a_trail_is_its_owners_alone() {
    let mut street = Street::open().await;
    street.customer(ADA).await;
    let eve = street.customer("eve@example.org").await;
    let reply = street.get(&eve, "/identity/events").send().await.expect(200).json();
    assert!(!reply.to_string().contains(ADA));
    street.house.get("/identity/events").send().await.refused(401, "unauthorized");
    // A cursor from elsewhere skips, and does not look elsewhere.
    let ada = Person::of(&street.sign_in(ADA, PASSWORD).await.expect(201));
    let next = street.get(&ada, "/identity/events?limit=1").send().await.expect(200).json();
    let path = format!("/identity/events?cursor={}", next["next"].as_str().unwrap());
    let hers = street.get(&eve, &path).send().await.expect(200).json();
    let mine = hers["items"].as_array().unwrap().iter().all(|item| item["about"] != json!(ada.session));
    assert!(mine);
}
