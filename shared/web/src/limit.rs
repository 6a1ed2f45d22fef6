//! Rate limits of callers: one token bucket per caller, shared by all instances.
//!
//! A bucket is one number in the room's table, the instant at which it would be full again (the generic
//! cell rate algorithm). An instance takes several requests from it at a time and then serves them
//! without the table, so that most cost no DynamoDB request: a quarter of the burst from a full bucket,
//! a fifth of a second's worth from one in use. Requests that an instance has taken and does not use
//! are lost: the sum stays below the quota, never above.
//!
//! A signed-in caller is counted by its name, every other by the network of its address, which for IPv6
//! is the /64 of a household. The route does not matter.
//!
//! When the table cannot be reached, requests pass: refusing all customers is the worse failure.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use auth::{Quota, Tier};
use dynamo::{Condition, Error, Item, Key, Table, Update, Write};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use problem::Problem;

use crate::{Caller, Door};

/// The counters of one instance.
#[derive(Clone, Debug, Default)]
pub struct Buckets(Option<Arc<Mutex<HashMap<String, Allowance>>>>);

/// Requests that an instance has taken from a bucket and not yet used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    left: u32,
    full_at: Timestamp,
    quota: Quota,
}

/// The state of the bucket after a request, for its headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent(Option<(Allowance, Timestamp)>);

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const FULL_AT: &str = "full_at";

/// The size of the cache, about a megabyte. Without a bound, strangers with many addresses would fill
/// the memory; a caller that falls out loses the unused requests it had taken.
const MOST_CALLERS: usize = 10_000;

/// How many requests are taken from a bucket in use: few enough that losing them does not matter.
fn share_in_use(quota: Quota) -> u32 {
    (quota.per_second / 5).max(1)
}

/// How many requests are taken from a full bucket, after a pause of the caller.
fn share_when_full(quota: Quota) -> u32 {
    (quota.burst / 4).max(1)
}

/// How long a bucket takes to gain `n` requests.
fn span(quota: Quota, n: u32) -> SignedDuration {
    SignedDuration::from_micros(1_000_000 * i64::from(n) / i64::from(quota.per_second.max(1)))
}

impl Buckets {
    /// Buckets that limit.
    pub fn counting() -> Buckets {
        Buckets(Some(Arc::default()))
    }

    /// Buckets without a limit, for measurements of something else.
    pub fn bottomless() -> Buckets {
        Buckets(None)
    }

    pub(crate) async fn spend(
        &self,
        caller: &Caller,
        address: Option<IpAddr>,
        door: &Door,
    ) -> Result<Spent, Problem> {
        let Some(held) = &self.0 else { return Ok(Spent::default()) };
        let (name, quota) = match (caller, address) {
            (Caller::Program(grant), _) => (grant.id.to_string(), Quota::of(grant.tier)),
            (Caller::Person(claims), _) => (claims.sub.to_string(), Quota::of(Tier::Standard)),
            (_, Some(address)) => (network(address).to_string(), Quota::of(Tier::Free)),
            // A request without an address comes only from our own hosts, and is not counted.
            (_, None) => return Ok(Spent::default()),
        };
        let now = door.clock.now();
        let taken =
            held.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&name).and_then(|allowance| {
                allowance.left = allowance.left.checked_sub(1)?;
                Some(*allowance)
            });
        if let Some(allowance) = taken {
            return Ok(Spent(Some((allowance, now))));
        }
        match take(&door.table, &name, quota, now).await {
            Ok(Ok((taken, full_at))) => {
                let allowance = Allowance { left: taken - 1, full_at, quota };
                remember(&mut held.lock().unwrap_or_else(PoisonError::into_inner), name, allowance, now);
                Ok(Spent(Some((allowance, now))))
            }
            Ok(Err(wait)) => {
                observe::count("requests_over_quota", 1);
                let seconds = u64::try_from(wait.as_secs()).unwrap_or(0) + 1;
                let detail = format!("your quota is {} requests per second", quota.per_second);
                let policy = policy(quota);
                let state = HeaderValue::from_str(&format!("\"quota\";r=0;t={seconds}"));
                let problem = Problem::too_many().detail(detail).retry_after(seconds).header(POLICY, policy);
                Err(state.map_or(problem.clone(), |state| problem.header(STATE, state)))
            }
            Err(error) => {
                tracing::warn!(%error, "a quota could not be counted");
                Ok(Spent::default())
            }
        }
    }
}

fn remember(held: &mut HashMap<String, Allowance>, name: String, allowance: Allowance, now: Timestamp) {
    if held.len() >= MOST_CALLERS {
        held.retain(|_, allowance| allowance.full_at > now);
    }
    if held.len() >= MOST_CALLERS {
        held.clear();
    }
    held.insert(name, allowance);
}

/// The part of an address that belongs to one caller: the whole of an IPv4 address, and the /64 of an
/// IPv6 address, because one household has all of its 2^64 addresses.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

/// Takes requests from the shared bucket: how many, and when it will be full again; or how long to
/// wait.
async fn take(
    table: &Table,
    name: &str,
    quota: Quota,
    now: Timestamp,
) -> Result<Result<(u32, Timestamp), SignedDuration>, Error> {
    let key = Key::new(format!("quota#{name}"), "bucket");
    let sweep = now + SignedDuration::from_hours(1);
    // A full or new bucket starts now. Most callers come after a pause, so this is tried first.
    let full_at = now + span(quota, share_when_full(quota));
    let start = Update::new().count(FULL_AT, full_at.as_microsecond());
    let full = Condition::Absent.or(Condition::Below(FULL_AT, now.as_microsecond()));
    match table.update(Write::update(key.clone(), start).expiring(sweep).when(full)).await {
        Ok(_) => return Ok(Ok((share_when_full(quota), full_at))),
        Err(error) if error.refused(&key) => {}
        Err(error) => return Err(error),
    }
    // A bucket in use: move the instant at which it will be full, unless that is too far away.
    let (some, latest) = (span(quota, share_in_use(quota)), now + span(quota, quota.burst));
    let push = Update::new().add(FULL_AT, some.as_micros() as i64);
    let some_left = Condition::AtLeast(FULL_AT, now.as_microsecond())
        .and(Condition::Below(FULL_AT, (latest - some).as_microsecond() + 1));
    let refused = match table.update(Write::update(key.clone(), push).expiring(sweep).when(some_left)).await {
        Ok(item) => {
            let full_at = instant(&item).and_then(|at| Timestamp::from_microsecond(at).ok());
            return Ok(Ok((share_in_use(quota), full_at.unwrap_or(latest))));
        }
        Err(error) if error.refused(&key) => error,
        Err(error) => return Err(error),
    };
    let full_at = refused.refusals().first().and_then(|refusal| instant(refusal.found.as_ref()?));
    let wait = full_at.unwrap_or_default() - (latest - some).as_microsecond();
    Ok(Err(SignedDuration::from_micros(wait.max(1))))
}

/// When a bucket will be full, in microseconds.
fn instant(bucket: &Item) -> Option<i64> {
    bucket.get(FULL_AT)?.as_n().ok()?.parse().ok()
}

fn policy(quota: Quota) -> HeaderValue {
    let window = quota.burst.div_ceil(quota.per_second.max(1));
    HeaderValue::from_str(&format!("\"quota\";q={};w={window}", quota.burst)).expect("digits are legal")
}

impl Spent {
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let Some((allowance, now)) = self.0 else { return };
        let used = allowance.full_at.duration_since(now).max(SignedDuration::ZERO);
        let used = used.as_micros() as u64 * u64::from(allowance.quota.per_second) / 1_000_000;
        let left = u64::from(allowance.quota.burst).saturating_sub(used) + u64::from(allowance.left);
        let reset = allowance.full_at.duration_since(now).as_secs().max(0) + 1;
        headers.insert(POLICY, policy(allowance.quota));
        if let Ok(state) = HeaderValue::from_str(&format!("\"quota\";r={left};t={reset}")) {
            headers.insert(STATE, state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_caller_however_many_addresses_it_has() {
        let check = |address: &str, expect: &str| {
            assert_eq!(network(address.parse().unwrap()).to_string(), expect, "{address}");
        };
        check("198.51.100.7", "198.51.100.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("2001:db8:1:2:ffff::1", "2001:db8:1:2::");
        check("2001:db8:1:3::1", "2001:db8:1:3::");
        check("::ffff:198.51.100.7", "198.51.100.7");
    }

    #[test]
    fn an_instance_forgets_callers_before_they_fill_its_memory() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let at = |seconds: i64| Allowance {
            left: 1,
            full_at: now + SignedDuration::from_secs(seconds),
            quota: Quota::of(Tier::Free),
        };
        let mut held = HashMap::new();
        for n in 0..MOST_CALLERS {
            remember(&mut held, format!("gone-{n}"), at(-1), now);
        }
        remember(&mut held, "here".into(), at(1), now);
        assert_eq!(
            held.keys().collect::<Vec<_>>(),
            ["here"],
            "whose bucket is full again is forgotten first"
        );
        for n in 0..3 * MOST_CALLERS {
            remember(&mut held, format!("many-{n}"), at(1), now);
            assert!(held.len() <= MOST_CALLERS);
        }
    }
}
