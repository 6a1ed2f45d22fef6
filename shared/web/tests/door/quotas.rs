//! How much a caller may ask, over any number of instances.

use auth::{Quota, Tier};
use jiff::SignedDuration;

use crate::counter::Counter;

const ADDRESS: [(&str, &str); 1] = [("x-forwarded-for", "192.0.2.1, 198.51.100.7")];

#[tokio::test]
async fn who_asks_too_much_is_told_when_to_come_back() {
    let counter = Counter::open().await.counting();
    let quota = Quota::of(Tier::Free);
    let mut refused = None;
    for _ in 0..quota.burst * 3 {
        let answer = counter.send("GET", "/counter", &ADDRESS, "").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert!(answer.header("ratelimit-policy").is_some());
    }
    let refused = refused.expect("the bucket has a bottom");
    assert_eq!(refused.code(), (429, "too_many_requests"));
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(refused.header("ratelimit").unwrap().contains("r=0"));
    counter.hands.advance(SignedDuration::from_secs(wait));
    assert_eq!(counter.send("GET", "/counter", &ADDRESS, "").await.status, 200);
}

#[tokio::test]
async fn one_address_does_not_spend_what_another_has() {
    let counter = Counter::open().await.counting();
    for _ in 0..Quota::of(Tier::Free).burst * 3 {
        counter.send("GET", "/counter", &ADDRESS, "").await;
    }
    assert_eq!(counter.send("GET", "/counter", &ADDRESS, "").await.status, 429);
    let other = [("x-forwarded-for", "198.51.100.8")];
    assert_eq!(counter.send("GET", "/counter", &other, "").await.status, 200);
}

#[tokio::test]
async fn a_household_with_many_addresses_has_one_quota() {
    let counter = Counter::open().await.counting();
    let mut refused = 0;
    for n in 0..Quota::of(Tier::Free).burst * 2 {
        let address = format!("2001:db8:7:7::{n:x}");
        let answer = counter.send("GET", "/counter", &[("x-forwarded-for", address.as_str())], "").await;
        refused += u32::from(answer.status == 429);
    }
    assert!(refused > 0, "another address of the same network is another caller");
    let next_door = [("x-forwarded-for", "2001:db8:7:8::1")];
    assert_eq!(counter.send("GET", "/counter", &next_door, "").await.status, 200);
}

#[tokio::test]
async fn many_instances_together_let_through_what_the_quota_says_within_a_twentieth() {
    let first = Counter::open().await;
    let (engines, clock, hands) = (first.engines.clone(), first.door.clock.clone(), first.hands.clone());
    let instances: Vec<_> = (0..16)
        .map(|seed| Counter::on(engines.clone(), clock.clone(), hands.clone(), seed).counting())
        .collect();
    let quota = Quota::of(Tier::Free);
    let (seconds, mut through) = (60_u32, 0_u32);
    let mut chance = fastrand::Rng::with_seed(7);
    // Four times as many requests as the quota has room for, spread at random.
    for _ in 0..seconds * quota.per_second * 4 {
        let instance = &instances[chance.usize(..instances.len())];
        through += u32::from(instance.send("GET", "/counter", &ADDRESS, "").await.status == 200);
        hands.advance(SignedDuration::from_micros(1_000_000 / i64::from(quota.per_second * 4)));
    }
    let allowed = seconds * quota.per_second + quota.burst;
    assert!(through <= allowed, "{through} of {allowed}");
    assert!(through * 20 >= allowed * 19, "{through} of {allowed}");
}
