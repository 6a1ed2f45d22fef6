//! Which callers are let in, which are not, and what happens while credentials cannot be checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use auth::{ApiKey, Claims, KeyGrant, Quota, Role, Tier};
use ids::{AccountId, ApiKeyId};
use jiff::SignedDuration;

use crate::counter::{Answer, Counter};

const ADDRESS: (&str, &str) = ("x-forwarded-for", "198.51.100.7");

impl Counter {
    pub(crate) fn token(&self) -> String {
        self.token_of(Role::Customer)
    }

    fn token_of(&self, role: Role) -> String {
        let token = self.desk.issuer.sign(&Claims {
            sub: AccountId::mint(&self.door.mint),
            roles: BTreeSet::from([role]),
            merchants: BTreeMap::new(),
            session: "s".into(),
            locale: None,
            exp: self.door.clock.now() + SignedDuration::from_mins(10),
        });
        format!("Bearer {token}")
    }

    fn api_key(&self, n: u8, tier: Tier) -> ApiKey {
        let key = ApiKey::mint(&mut |buffer| buffer.fill(n));
        let grant = KeyGrant {
            id: ApiKeyId::mint(&self.door.mint),
            scopes: BTreeSet::new(),
            tier,
            merchant: None,
            account: None,
            expires_at: self.door.clock.now() + SignedDuration::from_hours(1),
        };
        self.desk.grants.lock().unwrap().insert(key.digest(), grant);
        key
    }

    async fn rule(&self, token: &str) -> Answer {
        self.send("GET", "/counter/rule", &[("authorization", token)], "").await
    }

    fn stands(&self, roles: Option<&[Role]>) {
        *self.desk.standing.lock().unwrap() = roles.map(|roles| roles.iter().copied().collect());
    }

    async fn name(&self, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", "/counter/name", headers, "").await
    }
}

#[tokio::test]
async fn a_person_and_a_program_are_known_by_what_they_show() {
    let counter = Counter::open().await;
    let token = counter.token();
    let person = counter.name(&[("authorization", &token)]).await;
    assert!(person.body.as_str().unwrap().starts_with("acc_"), "{person:?}");
    let key = counter.api_key(1, Tier::Free);
    let program = counter.name(&[("x-api-key", key.reveal())]).await;
    assert!(program.body.as_str().unwrap().starts_with("key_"), "{program:?}");
}

#[tokio::test]
async fn whoever_shows_nothing_or_something_false_is_not_let_in() {
    let counter = Counter::open().await;
    let unknown = ApiKey::mint(&mut |buffer| buffer.fill(9));
    let mistyped = unknown.reveal().replacen("snk_", "snk-", 1);
    for headers in [
        &[][..],
        &[("authorization", "Bearer x.y.z")],
        &[("authorization", "Basic eDp5")],
        &[("x-api-key", unknown.reveal())],
        &[("x-api-key", &mistyped)],
    ] {
        let answer = counter.name(headers).await;
        assert_eq!(answer.code(), (401, "unauthorized"), "{headers:?}");
    }
}

#[tokio::test]
async fn while_nobody_can_tell_a_good_token_is_not_called_false() {
    let counter = Counter::open().await;
    counter.desk.silent.store(true, Ordering::Relaxed);
    let token = counter.token();
    let answer = counter.name(&[("authorization", &token)]).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), Some("1"));
    let open = counter.send("GET", "/counter", &[("authorization", &token)], "").await;
    assert_eq!(open.status, 200, "what is open to everybody stays open");
    counter.desk.silent.store(false, Ordering::Relaxed);
    assert_eq!(counter.name(&[("authorization", &token)]).await.status, 200);
}

#[tokio::test]
async fn made_up_keys_are_paid_for_by_the_address_that_sends_them() {
    let counter = Counter::open().await.counting();
    let mut turned_away = 0;
    for n in 0..=200 {
        let made_up = ApiKey::mint(&mut |buffer| buffer.fill(n));
        let answer = counter.name(&[ADDRESS, ("x-api-key", made_up.reveal())]).await;
        turned_away += u32::from(answer.status == 429);
    }
    assert!(turned_away > 150, "{turned_away} of 201 were turned away");
    let asked = counter.desk.asked.load(Ordering::Relaxed);
    assert!(asked <= Quota::of(Tier::Free).burst + 1, "{asked} lookups");
}

#[tokio::test]
async fn a_key_of_a_higher_tier_may_ask_more_at_once() {
    let counter = Counter::open().await.counting();
    let mut served = Vec::new();
    for (n, tier) in [(1, Tier::Free), (2, Tier::Standard)] {
        let key = counter.api_key(n, tier);
        let mut through = 0;
        for _ in 0..250 {
            through += u32::from(counter.name(&[("x-api-key", key.reveal())]).await.status == 200);
        }
        assert!(through <= Quota::of(tier).burst, "{through} by {tier:?}");
        assert!(through * 20 >= Quota::of(tier).burst * 19, "{through} by {tier:?}");
        served.push(through);
    }
    assert!(served[0] * 5 < served[1], "{served:?}");
}

#[tokio::test]
async fn an_admin_is_one_as_long_as_the_account_is_and_not_as_long_as_the_token_says() {
    let counter = Counter::open().await;
    let admin = counter.token_of(Role::Admin);
    counter.stands(Some(&[Role::Customer, Role::Admin]));
    assert_eq!(counter.rule(&admin).await.status, 200);
    counter.stands(Some(&[Role::Customer]));
    assert_eq!(counter.rule(&admin).await.code(), (403, "forbidden"), "dismissed");
    counter.stands(None);
    assert_eq!(counter.rule(&admin).await.code(), (401, "signed_out"), "signed out, or closed");
    counter.stands(Some(&[Role::Customer, Role::Admin]));
    assert_eq!(counter.rule(&admin).await.status, 200, "nothing of it is remembered");
}

#[tokio::test]
async fn who_does_not_claim_the_role_costs_no_question() {
    let counter = Counter::open().await;
    counter.stands(Some(&[Role::Customer, Role::Admin]));
    let customer = counter.token();
    counter.name(&[("authorization", &customer)]).await;
    let asked = counter.desk.asked.load(Ordering::Relaxed);
    assert_eq!(counter.rule(&customer).await.code(), (403, "forbidden"));
    assert_eq!(counter.desk.asked.load(Ordering::Relaxed), asked);
}

#[tokio::test]
async fn while_nobody_can_tell_who_is_an_admin_nobody_is_and_nobody_is_sent_away() {
    let counter = Counter::open().await;
    let admin = counter.token_of(Role::Admin);
    counter.stands(Some(&[Role::Admin]));
    assert_eq!(counter.rule(&admin).await.status, 200);
    counter.desk.silent.store(true, Ordering::Relaxed);
    let answer = counter.rule(&admin).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
}
