//! The API keys of an account or of a shop.
//!
//! Invariants: at most [`MOST_KEYS`] are alive, those that have been replaced and only finish their
//! work not counted; all of them have the owner's tier; what is stored is the digest of a key.

use std::collections::BTreeSet;

use facts::Fact;
use facts::identity::{ApiKeyCreated, Tier};
use ids::{AccountId, ApiKeyId, MerchantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Days, Hours, KeyName, Refusal, Scope};

pub const MOST_KEYS: usize = 20;

/// How many a list may hold with those that only finish their work: one transaction takes them all away.
const MOST_LISTED: usize = 2 * MOST_KEYS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyOwner {
    Account(AccountId),
    Shop(MerchantId),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyring {
    pub tier: Tier,
    #[serde(default)]
    pub keys: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub id: ApiKeyId,
    pub digest: String,
    pub expires_at: Timestamp,
    #[serde(default)]
    pub retiring: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub owner: KeyOwner,
    pub name: KeyName,
    pub prefix: String,
    pub scopes: BTreeSet<Scope>,
    pub tier: Tier,
    pub created_by: AccountId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub replaces: Option<ApiKeyId>,
}

/// What a key is for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub name: KeyName,
    /// What it may be used for: at least one.
    pub scopes: BTreeSet<Scope>,
    /// For how long it is good, a year if nothing is said.
    pub days: Option<Days>,
}

impl Wish {
    pub fn judge(&self, by_admin: bool) -> Result<(), Refusal> {
        if self.scopes.is_empty() {
            return Err(Refusal::NoScopes);
        }
        let reserved = self.scopes.iter().any(|scope| scope.is_for_admins());
        if reserved && !by_admin { Err(Refusal::ForAdmins) } else { Ok(()) }
    }
}

impl Default for Keyring {
    fn default() -> Keyring {
        Keyring { tier: Tier::Free, keys: Vec::new() }
    }
}

impl Keyring {
    /// The ring without the keys whose time has passed.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Keyring {
        let alive = self.keys.iter().filter(|key| key.expires_at > now);
        Keyring { tier: self.tier, keys: alive.cloned().collect() }
    }

    pub fn add(&self, key: &ApiKey, digest: String, now: Timestamp) -> Result<Keyring, Refusal> {
        let mut ring = self.at(now);
        if ring.keys.iter().filter(|key| !key.retiring).count() >= MOST_KEYS {
            return Err(Refusal::TooManyKeys);
        }
        ring.keys.push(Listed { id: key.id, digest, expires_at: key.expires_at, retiring: false });
        Ok(ring)
    }

    pub fn find(&self, id: ApiKeyId, now: Timestamp) -> Result<&Listed, Refusal> {
        let found = self.keys.iter().find(|key| key.id == id && key.expires_at > now);
        found.ok_or(Refusal::NoSuchKey)
    }

    /// With one key in the place of another, which is good for a while longer.
    pub fn replace(
        &self,
        old: ApiKeyId,
        overlap: Hours,
        new: &ApiKey,
        digest: String,
        now: Timestamp,
    ) -> Result<(Keyring, Listed), Refusal> {
        let found = self.find(old, now)?;
        if found.retiring {
            return Err(Refusal::AlreadyRotated);
        }
        if self.at(now).keys.len() >= MOST_LISTED {
            return Err(Refusal::TooManyKeys);
        }
        let until = now + SignedDuration::from_hours(overlap.get().into());
        let retired = Listed { expires_at: found.expires_at.min(until), retiring: true, ..found.clone() };
        let mut ring = self.without(&[old], now);
        ring.keys.push(retired.clone());
        ring.keys.push(Listed { id: new.id, digest, expires_at: new.expires_at, retiring: false });
        Ok((ring.at(now), retired))
    }

    #[must_use]
    pub fn without(&self, gone: &[ApiKeyId], now: Timestamp) -> Keyring {
        let mut ring = self.at(now);
        ring.keys.retain(|key| !gone.contains(&key.id));
        ring
    }

    pub fn remove(&self, id: ApiKeyId, now: Timestamp) -> Result<(Keyring, Listed), Refusal> {
        Ok((self.without(&[id], now), self.find(id, now)?.clone()))
    }
}

impl ApiKey {
    pub fn make(
        id: ApiKeyId,
        prefix: &str,
        owner: KeyOwner,
        tier: Tier,
        by: AccountId,
        what: Wish,
        now: Timestamp,
    ) -> ApiKey {
        let days = what.days.map_or(365, Days::get);
        ApiKey {
            id,
            owner,
            name: what.name,
            prefix: prefix.to_owned(),
            scopes: what.scopes,
            tier,
            created_by: by,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24 * i64::from(days)),
            used_at: None,
            replaces: None,
        }
    }

    /// The key that takes this one's place: for as long as this one was good when it was new.
    pub fn successor(&self, id: ApiKeyId, prefix: &str, tier: Tier, by: AccountId, now: Timestamp) -> ApiKey {
        ApiKey {
            id,
            prefix: prefix.to_owned(),
            tier,
            created_by: by,
            created_at: now,
            expires_at: now + self.expires_at.duration_since(self.created_at),
            used_at: None,
            replaces: Some(self.id),
            ..self.clone()
        }
    }

    pub fn created(&self) -> facts::Unsent {
        let merchant = match self.owner {
            KeyOwner::Shop(merchant) => Some(merchant),
            KeyOwner::Account(_) => None,
        };
        Fact::of(&ApiKeyCreated { key: self.id, account: self.created_by, merchant, tier: self.tier })
    }

    pub fn is_for_admins(&self) -> bool {
        self.scopes.iter().any(|scope| scope.is_for_admins())
    }

    /// What may be done with it now.
    pub fn grant(&self, now: Timestamp) -> Option<auth::KeyGrant> {
        let (merchant, account) = match self.owner {
            KeyOwner::Account(account) => (None, Some(account)),
            KeyOwner::Shop(merchant) => (Some(merchant), None),
        };
        (self.expires_at > now).then(|| auth::KeyGrant {
            id: self.id,
            scopes: self.scopes.iter().map(|scope| scope.granted()).collect(),
            tier: self.tier,
            merchant,
            account,
            expires_at: self.expires_at,
        })
    }

    /// The hour of its use, when that is not written down yet.
    pub fn use_to_note(&self, now: Timestamp) -> Option<Timestamp> {
        let hour = Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(3600)).ok()?;
        self.used_at.is_none_or(|used| used < hour).then_some(hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    fn noon() -> Timestamp {
        "2026-11-21T12:30:00Z".parse().unwrap()
    }

    fn key(n: u128, days: i64) -> ApiKey {
        let account = AccountId::from_uuid(Uuid::from_u128(1));
        let scopes = BTreeSet::from(["catalog:read".to_owned().try_into().unwrap()]);
        let what = Wish { name: "sync".parse().unwrap(), scopes, days: Days::new(days).ok() };
        let id = ApiKeyId::from_uuid(Uuid::from_u128(n));
        ApiKey::make(id, "abcdefgh", KeyOwner::Account(account), Tier::Free, account, what, noon())
    }

    fn full() -> Keyring {
        (0..20).fold(Keyring::default(), |ring, n| ring.add(&key(n, 30), n.to_string(), noon()).unwrap())
    }

    #[test]
    fn an_owner_has_at_most_twenty_keys_alive() {
        let ring = full();
        assert_eq!(ring.add(&key(20, 30), "20".into(), noon()), Err(Refusal::TooManyKeys));
        let later = noon() + SignedDuration::from_hours(31 * 24);
        assert_eq!(
            ring.add(&key(20, 60), "20".into(), later).unwrap().keys.len(),
            1,
            "expired ones are gone"
        );
        let (ring, gone) = ring.remove(key(3, 30).id, noon()).unwrap();
        assert_eq!(gone.digest, "3");
        assert!(ring.add(&key(20, 30), "20".into(), noon()).is_ok());
    }

    #[test]
    fn a_replaced_key_finishes_its_work_and_is_replaced_once() {
        let ring = full();
        let old = key(3, 30);
        let new = old.successor(key(30, 1).id, "hgfedcba", Tier::Free, old.created_by, noon());
        assert_eq!((new.replaces, new.expires_at), (Some(old.id), old.expires_at));
        let (ring, retired) =
            ring.replace(old.id, Hours::new(48).unwrap(), &new, "30".into(), noon()).unwrap();
        assert_eq!(retired.expires_at, noon() + SignedDuration::from_hours(48));
        assert!(ring.find(old.id, noon()).is_ok() && ring.find(new.id, noon()).is_ok());
        let again = ring.replace(old.id, Hours::new(1).unwrap(), &new, "31".into(), noon());
        assert_eq!(again.unwrap_err(), Refusal::AlreadyRotated);
        assert_eq!(ring.add(&key(40, 30), "40".into(), noon()), Err(Refusal::TooManyKeys));
        let many = (0..20).fold(full(), |ring, n| {
            let new = old.successor(key(100 + n, 1).id, "hgfedcba", Tier::Free, old.created_by, noon());
            ring.replace(key(n, 30).id, Hours::new(48).unwrap(), &new, "x".into(), noon()).unwrap().0
        });
        let one_more = many.replace(key(100, 1).id, Hours::new(1).unwrap(), &new, "y".into(), noon());
        assert_eq!(one_more.unwrap_err(), Refusal::TooManyKeys, "a transaction takes all of a list away");
        let at_once = full().replace(old.id, Hours::new(0).unwrap(), &new, "30".into(), noon()).unwrap();
        assert_eq!(at_once.0.find(old.id, noon()), Err(Refusal::NoSuchKey));
    }

    #[test]
    fn a_key_is_good_for_something_and_only_an_admin_gives_away_the_foreign_contract() {
        let what = |scopes: &[&str]| Wish {
            name: "x".parse().unwrap(),
            scopes: scopes.iter().map(|&scope| scope.to_owned().try_into().unwrap()).collect(),
            days: None,
        };
        assert_eq!(what(&[]).judge(true), Err(Refusal::NoScopes));
        assert_eq!(what(&["catalog:read"]).judge(false), Ok(()));
        assert_eq!(what(&["catalog:read", "loms"]).judge(false), Err(Refusal::ForAdmins));
        assert_eq!(what(&["loms"]).judge(true), Ok(()));
    }

    #[test]
    fn a_key_grants_what_it_is_for_until_it_expires() {
        let key = key(1, 1);
        let grant = key.grant(noon()).unwrap();
        assert!(grant.allows("catalog:read") && grant.merchant.is_none() && grant.account.is_some());
        assert_eq!(key.grant(key.expires_at), None);
        let shop = MerchantId::from_uuid(Uuid::from_u128(9));
        let grant = ApiKey { owner: KeyOwner::Shop(shop), ..key }.grant(noon()).unwrap();
        assert_eq!((grant.merchant, grant.account), (Some(shop), None));
    }

    #[test]
    fn the_use_of_a_key_is_noted_once_an_hour() {
        let hour: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let key = key(1, 1);
        assert_eq!(key.use_to_note(noon()), Some(hour));
        let used = ApiKey { used_at: Some(hour), ..key };
        assert_eq!(used.use_to_note(noon()), None);
        assert_eq!(
            used.use_to_note(hour + SignedDuration::from_hours(1)),
            Some(hour + SignedDuration::from_hours(1))
        );
    }
}
