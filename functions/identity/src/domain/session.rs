//! One sign-in, and what it means when a refresh token is shown to it.
//!
//! A refresh token is good once and brings its successor. Two tabs that show the same one within
//! [`GRACE`] both get that successor; shown later it is a copy, and which of the two is the thief's
//! cannot be told: the session ends.

use facts::identity::{RevocationReason, SessionRevoked};
use facts::{Fact, Unsent};
use ids::{AccountId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Device, Origin};

/// How long a session lives after its last use.
pub const SESSION: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long after its renewal a token still brings its successor.
pub const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// One sign-in, with every token that came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    /// The digest of the token that renews it.
    pub digest: String,
    /// The digest of the token before that.
    pub previous: Option<String>,
    /// When the one took the place of the other, in milliseconds.
    pub rotated_at: Option<i64>,
    pub device: Option<Device>,
    /// From where, as far as the owner may want to know.
    #[serde(default)]
    pub origin: Origin,
    pub epoch: u32,
    pub created_at: Timestamp,
    pub used_at: Timestamp,
    /// When it ends unless it is used. In milliseconds, because DynamoDB compares it with the present.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub expires_at: Timestamp,
    pub ended: Option<Ended>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Timestamp,
    pub reason: RevocationReason,
}

/// What it means that a token of ours, which is not the session's present one, was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The owner raced with themselves: the successor is theirs as well.
    Again,
    Replayed,
    Over,
}

impl Session {
    pub fn begin(
        id: SessionId,
        account: AccountId,
        digest: String,
        device: Option<Device>,
        origin: Origin,
        epoch: u32,
        now: Timestamp,
    ) -> Session {
        Session {
            id,
            account,
            digest,
            previous: None,
            rotated_at: None,
            device,
            origin,
            epoch,
            created_at: now,
            used_at: now,
            expires_at: now + SESSION,
            ended: None,
        }
    }

    /// Whether it could be renewed, as far as the session itself knows.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.expires_at > now
    }

    /// What it means that a token with this digest was shown, which we have issued for this session
    /// and which did not renew it.
    pub fn judge(&self, shown: &str, now: Timestamp) -> Shown {
        if !self.is_alive(now) {
            return Shown::Over;
        }
        let rotated_at = self.rotated_at.unwrap_or(i64::MIN);
        let age = i128::from(now.as_millisecond()) - i128::from(rotated_at);
        match self.previous.as_deref() == Some(shown) && age <= GRACE.as_millis() {
            true => Shown::Again,
            false => Shown::Replayed,
        }
    }

    /// What is told of its end.
    pub fn revoked(&self, reason: RevocationReason) -> Unsent {
        Fact::of(&SessionRevoked { account: self.account, session: self.id, reason })
    }

    #[must_use]
    pub fn end(&self, reason: RevocationReason, now: Timestamp) -> Session {
        Session { ended: Some(Ended { at: now, reason }), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn rotated() -> Session {
        let id = SessionId::from_uuid(Uuid::from_u128(1));
        let account = AccountId::from_uuid(Uuid::from_u128(2));
        let fresh = Session::begin(id, account, "b".into(), None, Origin::default(), 0, noon());
        Session { previous: Some("a".into()), rotated_at: Some(noon().as_millisecond()), ..fresh }
    }

    #[test]
    fn a_race_within_the_grace_gets_the_successor_and_a_replay_after_it_ends_the_session() {
        let session = rotated();
        let at = |seconds| noon() + SignedDuration::from_secs(seconds);
        assert_eq!(session.judge("a", at(0)), Shown::Again);
        assert_eq!(session.judge("a", at(30)), Shown::Again);
        assert_eq!(session.judge("a", at(31)), Shown::Replayed);
        assert_eq!(session.judge("a", at(-60)), Shown::Again, "a clock that stepped back is no thief");
        assert_eq!(session.judge("older", at(0)), Shown::Replayed, "two renewals ago is no race");
    }

    #[test]
    fn what_is_over_is_over_whatever_is_shown() {
        let session = rotated();
        assert_eq!(session.judge("a", noon() + SESSION), Shown::Over);
        let ended = session.end(RevocationReason::SignedOut, noon());
        assert_eq!(ended.judge("b", noon()), Shown::Over);
        assert!(session.is_alive(noon()) && !ended.is_alive(noon()));
    }

    #[test]
    fn a_session_that_was_never_renewed_has_no_predecessor_to_race_with() {
        let fresh = Session { previous: None, rotated_at: None, ..rotated() };
        assert_eq!(fresh.judge("a", noon()), Shown::Replayed);
    }
}
