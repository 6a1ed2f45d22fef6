//! What is requested and how often, what is cached and for how long, and what works while the authority
//! is down.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use clock::Hands;
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::{AccountId, Uuid};

use super::*;
use crate::issue::Issuer;
use crate::{Role, Standing, Tier};

/// An authority that can be made to fail, and counts its requests.
#[derive(Clone, Default)]
struct Desk(Arc<DeskInner>);

#[derive(Default)]
struct DeskInner {
    jwks: Mutex<Option<String>>,
    keys: Mutex<HashMap<String, KeyGrant>>,
    closed: std::sync::atomic::AtomicBool,
    asked: AtomicU32,
}

impl Desk {
    fn shows(&self, issuers: &[&Issuer]) {
        let keys: Vec<serde_json::Value> = issuers
            .iter()
            .flat_map(|issuer| {
                let set: serde_json::Value = serde_json::from_str(&issuer.jwks()).unwrap();
                set["keys"].as_array().unwrap().clone()
            })
            .collect();
        *self.0.jwks.lock().unwrap() = Some(serde_json::json!({ "keys": keys }).to_string());
    }

    fn close(&self, closed: bool) {
        self.0.closed.store(closed, Ordering::Relaxed);
    }

    fn asked(&self) -> u32 {
        self.0.asked.load(Ordering::Relaxed)
    }

    fn answer<T: Send + 'static>(&self, answer: T) -> BoxFuture<'_, Result<T, Unreachable>> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let closed = self.0.closed.load(Ordering::Relaxed);
        async move {
            tokio::task::yield_now().await;
            if closed { Err(Unreachable("closed".into())) } else { Ok(answer) }
        }
        .boxed()
    }
}

impl Authority for Desk {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        let jwks = self.0.jwks.lock().unwrap().clone();
        self.answer(jwks.unwrap_or_else(|| r#"{"keys":[]}"#.into()))
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        let grant = self.0.keys.lock().unwrap().get(digest).cloned();
        self.answer(grant)
    }

    fn standing<'a>(
        &'a self,
        _: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        self.answer((session == "s").then(|| BTreeSet::from([Role::Customer])))
    }
}

struct Scene {
    desk: Desk,
    keychain: Keychain,
    hands: Hands,
    clock: Clock,
}

fn scene() -> Scene {
    let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
    let desk = Desk::default();
    let keychain = Keychain::new(desk.clone(), "snail", "snail", clock.clone());
    Scene { desk, keychain, hands, clock }
}

fn issuer(n: u8) -> Issuer {
    Issuer::from_seed([n; 32], format!("key {n}"), "snail", "snail")
}

impl Scene {
    fn token(&self, issuer: &Issuer) -> String {
        issuer.sign(&Claims {
            sub: AccountId::from_uuid(Uuid::from_u128(1)),
            roles: BTreeSet::from([Role::Customer]),
            merchants: BTreeMap::new(),
            session: "s".into(),
            locale: None,
            exp: self.clock.now() + SignedDuration::from_mins(10),
        })
    }
}

fn some_key(n: u8) -> ApiKey {
    ApiKey::mint(&mut |buffer| buffer.fill(n))
}

fn grant(expires_at: Timestamp) -> KeyGrant {
    KeyGrant {
        id: ids::ApiKeyId::from_uuid(Uuid::from_u128(1)),
        scopes: BTreeSet::new(),
        tier: Tier::Free,
        merchant: None,
        account: None,
        expires_at,
    }
}

#[tokio::test]
async fn a_hundred_tokens_are_believed_for_one_question() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    let token = scene.token(&issuer(1));
    let all = futures::future::join_all((0..100).map(|_| scene.keychain.token(&token))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(scene.desk.asked(), 1);
}

#[tokio::test]
async fn a_key_that_was_rotated_in_a_moment_ago_is_asked_for() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
    scene.desk.shows(&[&issuer(1), &issuer(2)]);
    scene.hands.advance(PAUSE);
    assert!(scene.keychain.token(&scene.token(&issuer(2))).await.is_ok());
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
    assert_eq!(scene.desk.asked(), 2);
}

#[tokio::test]
async fn a_flood_of_strange_tokens_asks_once_in_half_a_minute() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    for _ in 0..100 {
        assert_eq!(scene.keychain.token(&scene.token(&issuer(9))).await, Err(Denied::UnknownKey));
        scene.hands.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(scene.desk.asked(), 4, "at the start, and after 30, 60 and 90 seconds");
}

#[tokio::test]
async fn a_key_that_was_taken_out_is_not_believed_after_five_minutes() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1), &issuer(2)]);
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
    scene.desk.shows(&[&issuer(2)]);
    scene.hands.advance(FRESH);
    assert_eq!(scene.keychain.token(&scene.token(&issuer(1))).await, Err(Denied::UnknownKey));
}

#[tokio::test]
async fn whoever_was_believed_still_is_while_nobody_can_be_asked() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
    scene.desk.close(true);
    scene.hands.advance(SignedDuration::from_hours(1));
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
}

#[tokio::test]
async fn before_the_first_answer_nobody_is_called_an_impostor() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    scene.desk.close(true);
    assert_eq!(scene.keychain.token(&scene.token(&issuer(1))).await, Err(Denied::Unreachable));
    scene.desk.close(false);
    assert!(scene.keychain.token(&scene.token(&issuer(1))).await.is_ok());
}

#[tokio::test]
async fn an_empty_set_lets_nobody_in_and_breaks_nothing() {
    let scene = scene();
    assert_eq!(scene.keychain.token(&scene.token(&issuer(1))).await, Err(Denied::UnknownKey));
    assert_eq!(scene.keychain.token("nonsense").await, Err(Denied::Malformed));
}

#[tokio::test]
async fn an_api_key_is_looked_up_once_a_minute_whether_it_is_good_or_not() {
    let scene = scene();
    let good = grant(scene.clock.now() + SignedDuration::from_hours(1));
    scene.desk.0.keys.lock().unwrap().insert(some_key(1).digest(), good.clone());
    for _ in 0..5 {
        assert_eq!(scene.keychain.find(&some_key(1)).await, Ok(good.clone()));
        assert_eq!(scene.keychain.find(&some_key(2)).await, Err(Denied::UnknownKey));
    }
    assert_eq!(scene.desk.asked(), 2);
    assert!(scene.keychain.remembers(&some_key(2)) && !scene.keychain.remembers(&some_key(3)));

    scene.desk.0.keys.lock().unwrap().clear();
    scene.hands.advance(MEMORY);
    assert_eq!(scene.keychain.find(&some_key(1)).await, Err(Denied::UnknownKey));
}

#[tokio::test]
async fn an_api_key_dies_at_its_moment_though_it_is_remembered() {
    let scene = scene();
    let good = grant(scene.clock.now() + SignedDuration::from_secs(10));
    scene.desk.0.keys.lock().unwrap().insert(some_key(1).digest(), good);
    assert!(scene.keychain.find(&some_key(1)).await.is_ok());
    scene.hands.advance(SignedDuration::from_secs(10));
    assert_eq!(scene.keychain.find(&some_key(1)).await, Err(Denied::Expired));
}

#[tokio::test]
async fn a_lookup_that_fails_is_not_remembered() {
    let scene = scene();
    scene.desk.close(true);
    assert_eq!(scene.keychain.find(&some_key(1)).await, Err(Denied::Unreachable));
    scene.desk.close(false);
    assert_eq!(scene.keychain.find(&some_key(1)).await, Err(Denied::UnknownKey));
}

#[tokio::test]
async fn what_an_account_is_now_is_asked_every_time() {
    let scene = scene();
    scene.desk.shows(&[&issuer(1)]);
    let claims = scene.keychain.token(&scene.token(&issuer(1))).await.unwrap();
    for _ in 0..3 {
        assert_eq!(scene.keychain.roles_now(&claims).await, Ok(BTreeSet::from([Role::Customer])));
    }
    assert_eq!(scene.desk.asked(), 1 + 3);
    let over = Claims { session: "another".into(), ..claims.clone() };
    assert_eq!(scene.keychain.roles_now(&over).await, Err(Denied::SignedOut));
    scene.desk.close(true);
    assert_eq!(scene.keychain.roles_now(&claims).await, Err(Denied::Unreachable));
}
