//! What the holder of an API key may do.
//!
//! Invariant: a scope is written `<room>:<action>`, or it is the one contract that is not ours.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use ids::{AccountId, ApiKeyId, MerchantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Tier;

/// What the holder of a key may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyGrant {
    /// The id of the key.
    pub id: ApiKeyId,
    /// What it may be used for, such as `catalog:write`.
    pub scopes: BTreeSet<Scope>,
    /// Its rate limit.
    pub tier: Tier,
    /// The shop that it acts for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// The account that it belongs to, unless it is a shop's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// One thing that a key may be used for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

/// The text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is written like `catalog:write`")]
pub struct BadScope;

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many requests per second it refills with.
    pub per_second: u32,
    /// How many requests it holds.
    pub burst: u32,
}

/// The one scope without an action: a contract that is not ours, served as a whole or not at all.
const LOMS: &str = "loms";

impl KeyGrant {
    /// Whether the key may be used for this.
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one.0 == scope)
    }
}

impl Scope {
    /// The scope as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Quota {
    /// How much a tier allows.
    pub const fn of(tier: Tier) -> Quota {
        match tier {
            Tier::Free => Quota { per_second: 5, burst: 20 },
            Tier::Standard => Quota { per_second: 50, burst: 200 },
            Tier::Business => Quota { per_second: 500, burst: 2_000 },
        }
    }
}

impl FromStr for Scope {
    type Err = BadScope;

    fn from_str(text: &str) -> Result<Scope, BadScope> {
        Scope::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Scope {
    type Error = BadScope;

    fn try_from(text: String) -> Result<Scope, BadScope> {
        let word = |part: &str| {
            (1..=32).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let is_ours = text.split_once(':').is_some_and(|(room, action)| word(room) && word(action));
        if is_ours || text == LOMS { Ok(Scope(text)) } else { Err(BadScope) }
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> String {
        scope.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn grant(scopes: Value) -> Result<KeyGrant, serde_json::Error> {
        serde_json::from_value(json!({
            "id": "key_00000000000000000000000001",
            "scopes": scopes,
            "tier": "standard",
            "merchant": "mer_00000000000000000000000001",
            "expires_at": "2026-11-21T13:00:00Z",
        }))
    }

    #[test]
    fn a_key_opens_what_it_is_for_and_nothing_beside_it() {
        let grant = grant(json!(["catalog:write", "loms"])).unwrap();
        assert!(grant.allows("catalog:write") && grant.allows("loms"));
        assert!(
            !grant.allows("catalog") && !grant.allows("catalog:read") && !grant.allows("inventory:write")
        );
    }

    #[test]
    fn a_scope_names_a_room_and_an_action() {
        for good in ["catalog:write", "loms", "quotes:made_to_order"] {
            assert_eq!(good.parse::<Scope>().map(|scope| scope.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "everything", "Catalog:write", ":write", "catalog:", "catalog:write:all", "a b:c"] {
            assert_eq!(bad.parse::<Scope>(), Err(BadScope), "{bad}");
            assert!(grant(json!([bad])).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_grant_says_the_same_when_it_is_read_again() {
        let said = grant(json!(["catalog:write"])).unwrap();
        let text = serde_json::to_string(&said).unwrap();
        assert_eq!(serde_json::from_str::<KeyGrant>(&text).unwrap(), said);
        assert!(!text.contains("null"), "{text}");
    }

    #[test]
    fn a_higher_tier_allows_more_and_every_tier_allows_a_burst() {
        let quotas = [Tier::Free, Tier::Standard, Tier::Business].map(Quota::of);
        assert!(quotas.is_sorted_by(|a, b| a.per_second < b.per_second && a.burst < b.burst));
        assert!(quotas.iter().all(|quota| quota.burst >= quota.per_second && quota.per_second > 0));
    }
}
