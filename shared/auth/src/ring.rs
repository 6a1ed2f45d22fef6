//! The API keys that are known, and what each may do.
//!
//! Invariant: a ring holds digests and never keys. Looking one up takes the same time wherever it is
//! in the ring and whether it is there at all.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use clock::Clock;
use ids::{ApiKeyId, MerchantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{ApiKey, Denied};

/// The API keys that are known. Clones are cheap.
#[derive(Clone)]
pub struct KeyRing {
    entries: Arc<[([u8; 32], KeyGrant)]>,
    clock: Clock,
}

/// What the holder of a key may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGrant {
    /// Which key it is.
    pub id: ApiKeyId,
    /// What it may be used for, such as `catalog:write`.
    pub scopes: BTreeSet<String>,
    /// How much of it at once.
    pub tier: Tier,
    /// The shop that it acts for, if any.
    pub merchant: Option<MerchantId>,
    /// When it stops being believed.
    pub expires_at: Timestamp,
}

/// How much a program may ask at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// To try things out.
    Free,
    /// For a shop.
    Standard,
    /// For a system.
    Business,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many requests per second it refills with.
    pub per_second: u32,
    /// How many requests it holds.
    pub burst: u32,
}

/// Why a text is not a key ring. Keys are counted from zero.
#[derive(Debug, thiserror::Error)]
pub enum BadKeyRing {
    /// It is not a list of keys with exactly the fields that they have.
    #[error("the key ring is not a list of keys: {0}")]
    NotAKeyRing(#[from] serde_json::Error),
    /// The digest is not the SHA-256 of a key in small hexadecimal letters.
    #[error("key {0} has a digest that is not 64 small hexadecimal digits")]
    BadDigest(usize),
    /// The same key, or the same id, twice.
    #[error("key {0} is in the ring already")]
    Twice(usize),
    /// A scope that nothing could ask for.
    #[error("key {0} has a scope that is not written like `catalog:write`")]
    BadScope(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    digest: String,
    id: ApiKeyId,
    scopes: BTreeSet<String>,
    tier: Tier,
    merchant: Option<MerchantId>,
    expires_at: Timestamp,
}

impl KeyRing {
    /// Reads `[{"digest": …, "id": "key_…", "scopes": ["catalog:write"], "tier": "standard",
    /// "merchant": "mer_…", "expires_at": "2027-01-01T00:00:00Z"}]`. An empty list is a good ring.
    pub fn from_json(json: &str, clock: Clock) -> Result<KeyRing, BadKeyRing> {
        let list: Vec<Entry> = serde_json::from_str(json)?;
        let mut entries: Vec<([u8; 32], KeyGrant)> = Vec::with_capacity(list.len());
        for (i, entry) in list.into_iter().enumerate() {
            let mut digest = [0; 32];
            hex::decode_to_slice(&entry.digest, &mut digest).map_err(|_| BadKeyRing::BadDigest(i))?;
            if entry.digest.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return Err(BadKeyRing::BadDigest(i));
            }
            if entries.iter().any(|(known, grant)| *known == digest || grant.id == entry.id) {
                return Err(BadKeyRing::Twice(i));
            }
            if !entry.scopes.iter().all(|scope| is_scope(scope)) {
                return Err(BadKeyRing::BadScope(i));
            }
            let Entry { id, scopes, tier, merchant, expires_at, .. } = entry;
            entries.push((digest, KeyGrant { id, scopes, tier, merchant, expires_at }));
        }
        Ok(KeyRing { entries: entries.into(), clock })
    }

    /// What the holder of this key may do now.
    pub fn find(&self, key: &ApiKey) -> Result<KeyGrant, Denied> {
        let digest = key.digest_bytes();
        let mut found = None;
        // Every entry is compared, and each comparison looks at every byte.
        for (known, grant) in self.entries.iter() {
            if bool::from(known.ct_eq(&digest)) {
                found = Some(grant);
            }
        }
        let grant = found.ok_or(Denied::UnknownKey)?;
        if grant.expires_at <= self.clock.now() { Err(Denied::Expired) } else { Ok(grant.clone()) }
    }
}

impl KeyGrant {
    /// Whether the key may be used for this.
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

impl Tier {
    /// How much the tier allows.
    pub const fn quota(self) -> Quota {
        match self {
            Tier::Free => Quota { per_second: 5, burst: 20 },
            Tier::Standard => Quota { per_second: 50, burst: 200 },
            Tier::Business => Quota { per_second: 500, burst: 2_000 },
        }
    }
}

/// The one scope without an action: a contract that is not ours, served as a whole or not at all.
const LOMS: &str = "loms";

fn is_scope(text: &str) -> bool {
    let word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text == LOMS || text.split_once(':').is_some_and(|(room, action)| word(room) && word(action))
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|(_, grant)| grant.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn key(n: u8) -> ApiKey {
        ApiKey::mint(&mut |buffer| buffer.fill(n))
    }

    fn entry(n: u8) -> Value {
        json!({
            "digest": key(n).digest(),
            "id": format!("key_0000000000000000000000000{n}"),
            "scopes": ["catalog:write", "inventory:read", "loms"],
            "tier": "standard",
            "merchant": "mer_00000000000000000000000001",
            "expires_at": "2026-11-21T13:00:00Z",
        })
    }

    fn ring(entries: Value) -> Result<KeyRing, BadKeyRing> {
        KeyRing::from_json(&entries.to_string(), Clock::fixed(noon()))
    }

    #[test]
    fn a_key_in_the_ring_opens_what_it_is_for() {
        let ring = ring(json!([entry(1), entry(2)])).unwrap();
        let grant = ring.find(&key(2)).unwrap();
        assert_eq!(grant.id.to_string(), "key_00000000000000000000000002");
        assert_eq!(grant.tier, Tier::Standard);
        assert_eq!(grant.merchant.unwrap().to_string(), "mer_00000000000000000000000001");
        assert!(grant.allows("catalog:write") && !grant.allows("catalog") && !grant.allows("catalog:read"));
    }

    #[test]
    fn a_key_that_is_not_in_the_ring_is_unknown() {
        let ring = ring(json!([entry(1), entry(2)])).unwrap();
        assert_eq!(ring.find(&key(3)), Err(Denied::UnknownKey));
        let empty = KeyRing::from_json("[]", Clock::fixed(noon())).unwrap();
        assert_eq!(empty.find(&key(1)), Err(Denied::UnknownKey));
    }

    #[test]
    fn a_key_is_believed_until_the_moment_it_expires() {
        let (clock, hands) = Clock::manual(noon());
        let ring = KeyRing::from_json(&json!([entry(1)]).to_string(), clock).unwrap();
        hands.advance(SignedDuration::from_secs(3599));
        assert!(ring.find(&key(1)).is_ok());
        hands.advance(SignedDuration::from_secs(1));
        assert_eq!(ring.find(&key(1)), Err(Denied::Expired));
    }

    #[test]
    fn a_key_needs_no_merchant_and_no_scope() {
        let mut plain = entry(1);
        plain.as_object_mut().unwrap().remove("merchant");
        plain["scopes"] = json!([]);
        let grant = ring(json!([plain])).unwrap().find(&key(1)).unwrap();
        assert_eq!((grant.merchant, grant.scopes.len()), (None, 0));
    }

    #[test]
    fn a_ring_with_anything_wrong_in_it_is_refused() {
        check("digest", json!("00"), "key 1 has a digest");
        check("digest", json!(key(2).digest().to_uppercase()), "key 1 has a digest");
        check("digest", json!(key(2).reveal()), "key 1 has a digest");
        check("digest", json!(key(1).digest()), "key 1 is in the ring already");
        check("id", json!("key_00000000000000000000000001"), "key 1 is in the ring already");
        check("id", json!("acc_00000000000000000000000001"), "not a list of keys");
        check("scopes", json!(["everything"]), "key 1 has a scope");
        check("scopes", json!(["Catalog:write"]), "key 1 has a scope");
        check("tier", json!("gold"), "not a list of keys");
        check("expires_at", json!(null), "not a list of keys");
        check("expires_at", json!("never"), "not a list of keys");
        check("admin", json!(true), "not a list of keys");
        assert!(KeyRing::from_json("{}", Clock::fixed(noon())).is_err());
        assert!(KeyRing::from_json("", Clock::fixed(noon())).is_err());

        #[track_caller]
        fn check(field: &str, value: Value, expect: &str) {
            let mut bad = entry(2);
            bad[field] = value;
            let refused = ring(json!([entry(1), bad])).unwrap_err().to_string();
            assert!(refused.contains(expect), "{field}: {refused}");
        }
    }

    #[test]
    fn a_higher_tier_allows_more_and_every_tier_allows_a_burst() {
        let quotas = [Tier::Free, Tier::Standard, Tier::Business].map(Tier::quota);
        assert!(quotas.is_sorted_by(|a, b| a.per_second < b.per_second && a.burst < b.burst));
        assert!(quotas.iter().all(|quota| quota.burst >= quota.per_second && quota.per_second > 0));
    }

    #[test]
    fn a_ring_shows_the_names_of_its_keys_and_no_digest() {
        let shown = format!("{:?}", ring(json!([entry(1)])).unwrap());
        assert!(shown.contains("key_0") && !shown.contains(&key(1).digest()), "{shown}");
    }
}
