//! What the owner of an account can read of what happened to it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub event: Event,
    pub at: Timestamp,
    #[serde(default)]
    pub origin: Origin,
    /// What it was about: a session, a key, a role, a shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Who did it, when it was not the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What can happen to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Registered,
    /// Its e-mail was said once more by who wanted an account.
    RegisteredAgain,
    Confirmed,
    ConfirmationRequested,
    SignedIn,
    SignInFailed,
    SessionEnded,
    /// All sessions were ended, or all but one.
    SessionsEnded,
    /// A refresh token was shown that had been renewed long ago.
    RefreshReplayed,
    PasswordChanged,
    PasswordResetRequested,
    PasswordReset,
    EmailChangeRequested,
    EmailChangeAgreed,
    EmailChanged,
    ApiKeyCreated,
    ApiKeyRotated,
    ApiKeyRevoked,
    RoleGranted,
    RoleRevoked,
    TierChanged,
    /// Or has another role there.
    ShopJoined,
    ShopLeft,
    Closed,
}

impl Entry {
    pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);

    pub fn new(event: Event, origin: &Origin, at: Timestamp) -> Entry {
        Entry { event, at, origin: origin.clone(), about: None, by: None }
    }

    #[must_use]
    pub fn about(self, what: impl ToString) -> Entry {
        Entry { about: Some(what.to_string()), ..self }
    }

    #[must_use]
    pub fn by(self, who: impl ToString) -> Entry {
        Entry { by: Some(who.to_string()), ..self }
    }
}

impl Origin {
    /// The network that strikes are counted against. With one address of IPv6 come 2^64 more.
    pub fn network(&self) -> Option<String> {
        let address: std::net::IpAddr = self.address.as_deref()?.parse().ok()?;
        Some(match address.to_canonical() {
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strikes_are_counted_by_network() {
        let check = |address: &str, expect: Option<&str>| {
            let origin = Origin { address: Some(address.into()), agent: None };
            assert_eq!(origin.network().as_deref(), expect, "{address}");
        };
        check("203.0.113.9", Some("203.0.113.9"));
        check("::ffff:203.0.113.9", Some("203.0.113.9"));
        check("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::/64"));
        check("2001:db8:1:2:ffff::1", Some("2001:db8:1:2::/64"));
        check("nowhere", None);
        assert_eq!(Origin::default().network(), None);
    }
}
