//! What a token says about a person, and how that is written in it.
//!
//! Invariant: a role that this build does not know gives no power. A newer issuer may know more roles
//! than an older function; their holders are let in with the roles that are left.

use std::collections::{BTreeMap, BTreeSet};

use ids::{AccountId, MerchantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Denied, MerchantRole};

/// What an access token says about its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Their account.
    pub sub: AccountId,
    /// Their roles in the whole market.
    pub roles: BTreeSet<Role>,
    /// Their role in each shop.
    pub merchants: BTreeMap<MerchantId, MerchantRole>,
    /// The sign-in that the token belongs to.
    pub session: String,
    /// The language they read, in BCP 47.
    pub locale: Option<String>,
    /// When the token expires.
    pub exp: Timestamp,
}

/// What somebody is to the whole market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Buys.
    Customer,
    /// Runs the workshop.
    Operator,
    /// Runs the market.
    Admin,
}

impl Claims {
    /// Whether the person has this role in the market.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the person has at least this role in this shop.
    pub fn may_act_for(&self, merchant: MerchantId, at_least: MerchantRole) -> bool {
        self.merchants.get(&merchant).is_some_and(|role| *role >= at_least)
    }
}

impl Role {
    fn known(text: &str) -> Option<Role> {
        match text {
            "customer" => Some(Role::Customer),
            "operator" => Some(Role::Operator),
            "admin" => Some(Role::Admin),
            _ => None,
        }
    }
}

fn known_in_a_shop(text: &str) -> Option<MerchantRole> {
    match text {
        "clerk" => Some(MerchantRole::Clerk),
        "manager" => Some(MerchantRole::Manager),
        "owner" => Some(MerchantRole::Owner),
        _ => None,
    }
}

/// The claims as they are signed, with those that only a verifier reads.
#[derive(Serialize)]
pub(crate) struct Signed<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub exp: i64,
    pub sub: AccountId,
    pub session: &'a str,
    pub roles: &'a BTreeSet<Role>,
    pub merchants: &'a BTreeMap<MerchantId, MerchantRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'a str>,
}

/// The claims as they are read. Nothing is understood here before the signature has been checked.
#[derive(Deserialize)]
pub(crate) struct Read {
    pub iss: String,
    pub aud: Audience,
    pub exp: i64,
    pub nbf: Option<i64>,
    sub: AccountId,
    session: String,
    #[serde(default)]
    roles: BTreeSet<String>,
    #[serde(default)]
    merchants: BTreeMap<MerchantId, String>,
    locale: Option<String>,
}

/// RFC 7519 writes one audience as a text and several as a list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub(crate) fn includes(&self, audience: &str) -> bool {
        match self {
            Audience::One(one) => one == audience,
            Audience::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

impl Read {
    pub(crate) fn into_claims(self) -> Result<Claims, Denied> {
        let merchant = |(id, role): (MerchantId, String)| Some((id, known_in_a_shop(&role)?));
        Ok(Claims {
            sub: self.sub,
            roles: self.roles.iter().filter_map(|role| Role::known(role)).collect(),
            merchants: self.merchants.into_iter().filter_map(merchant).collect(),
            session: self.session,
            locale: self.locale,
            exp: Timestamp::from_second(self.exp).map_err(|_| Denied::Malformed)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    #[test]
    fn an_owner_may_do_what_a_clerk_may_and_not_the_other_way_round() {
        let [mine, theirs, strange] = [1, 2, 3].map(|n| MerchantId::from_uuid(Uuid::from_u128(n)));
        let claims = Claims {
            sub: AccountId::from_uuid(Uuid::from_u128(1)),
            roles: BTreeSet::from([Role::Customer]),
            merchants: BTreeMap::from([(mine, MerchantRole::Owner), (theirs, MerchantRole::Clerk)]),
            session: "s".into(),
            locale: None,
            exp: Timestamp::UNIX_EPOCH,
        };
        assert!(
            claims.may_act_for(mine, MerchantRole::Clerk) && claims.may_act_for(mine, MerchantRole::Owner)
        );
        assert!(claims.may_act_for(theirs, MerchantRole::Clerk));
        assert!(!claims.may_act_for(theirs, MerchantRole::Manager));
        assert!(!claims.may_act_for(strange, MerchantRole::Clerk));
        assert!(claims.is(Role::Customer) && !claims.is(Role::Admin));
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in [Role::Customer, Role::Operator, Role::Admin] {
            let text = serde_json::to_value(role).unwrap();
            assert_eq!(Role::known(text.as_str().unwrap()), Some(role));
        }
        for role in [MerchantRole::Clerk, MerchantRole::Manager, MerchantRole::Owner] {
            let text = serde_json::to_value(role).unwrap();
            assert_eq!(known_in_a_shop(text.as_str().unwrap()), Some(role));
        }
    }
}
