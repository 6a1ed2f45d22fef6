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
    /// It was registered.
    Registered,
    /// Somebody tried to register its e-mail once more.
    RegisteredAgain,
    /// Its e-mail was confirmed.
    Confirmed,
    /// The letter that asks for the confirmation was wanted once more.
    ConfirmationRequested,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to, with a wrong password.
    SignInFailed,
    /// A session was ended.
    SessionEnded,
    /// All sessions were ended, or all but one.
    SessionsEnded,
    /// A refresh token was shown that had been renewed long ago.
    RefreshReplayed,
    /// The password was changed.
    PasswordChanged,
    /// A letter to choose another password was asked for.
    PasswordResetRequested,
    /// Another password was chosen by such a letter.
    PasswordReset,
    /// A change of the e-mail was asked for.
    EmailChangeRequested,
    /// One of the two addresses agreed.
    EmailChangeAgreed,
    /// The e-mail was changed.
    EmailChanged,
    /// An API key was made.
    ApiKeyCreated,
    /// An API key was replaced.
    ApiKeyRotated,
    /// An API key was revoked.
    ApiKeyRevoked,
    /// A role was granted.
    RoleGranted,
    /// A role was taken away.
    RoleRevoked,
    /// The tier of the API keys was changed.
    TierChanged,
    /// The owner works in a shop from then on, or in another role.
    ShopJoined,
    /// The owner does not work in a shop any more.
    ShopLeft,
    /// It was closed.
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
    /// The network that strikes are counted against. Whoever has one address of IPv6 has 2^64 more.
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
