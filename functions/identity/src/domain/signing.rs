//! The keys that tokens are signed with, one after another.
//!
//! A key is published [`PUBLISHED_BEFORE`] it signs, so that every room knows it by then, and stays
//! published for [`OVERLAP`] after it has signed its last token, so that this token dies believed.
//!
//! Invariant: at every moment there is exactly one key that signs, and it is published.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How old the newest key is when it gets a successor.
pub const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a key is known before it signs: many times as long as a room remembers a key set.
pub const PUBLISHED_BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// How long a key is known after it has signed for the last time: longer than any token lives.
pub const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    pub secret: String,
    /// From when on it signs; a first key always has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when it is published; the last one has no end yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKeys {
    keys: Vec<SigningKey>,
}

/// The text is not a list of keys. What it is instead is not said, for it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing secret is neither a text of at least 32 characters nor a list of keys in order")]
pub struct BadKeys;

const SHORTEST: usize = 32;

impl SigningKeys {
    /// Reads what lies in the vault: the text that was generated at first, or the list that a
    /// rotation has written.
    pub fn read(text: &str) -> Result<SigningKeys, BadKeys> {
        let text = text.trim();
        let first = || vec![SigningKey { secret: text.to_owned(), from: None, until: None }];
        let keys = match text.starts_with('{') {
            true => serde_json::from_str(text).map_err(|_| BadKeys)?,
            false => SigningKeys { keys: first() },
        };
        let sound = !keys.keys.is_empty()
            && keys.keys.iter().all(|key| key.secret.len() >= SHORTEST)
            && keys.keys.is_sorted_by(|a, b| a.from < b.from && a.until.is_some());
        if sound { Ok(keys) } else { Err(BadKeys) }
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("keys are plain data with text for names")
    }

    pub fn signer(&self, now: Timestamp) -> &SigningKey {
        let signs = |key: &&SigningKey| key.from.is_none_or(|from| from <= now);
        self.keys.iter().rev().find(signs).unwrap_or(&self.keys[0])
    }

    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &SigningKey> {
        let signer = self.signer(now);
        self.keys.iter().filter(move |key| *key == signer || key.until.is_none_or(|until| until > now))
    }

    /// The newest key, which signs or will.
    pub fn newest(&self) -> &SigningKey {
        self.keys.last().expect("a list of keys is never empty")
    }

    pub fn is_due(&self, now: Timestamp) -> bool {
        self.newest().from.is_none_or(|from| now.duration_since(from) >= RENEWED_AFTER)
    }

    /// With one key more, and without those whose last token has died.
    #[must_use]
    pub fn renewed(&self, secret: String, now: Timestamp) -> SigningKeys {
        let from = now + PUBLISHED_BEFORE;
        let mut keys = self.keys.clone();
        if let Some(last) = keys.last_mut() {
            last.until = Some(from + OVERLAP);
        }
        keys.push(SigningKey { secret, from: Some(from), until: None });
        SigningKeys { keys }.without_dead(now).unwrap_or_else(|whole| whole)
    }

    /// Without the keys whose last token has died, if there are any.
    pub fn without_dead(&self, now: Timestamp) -> Result<SigningKeys, SigningKeys> {
        let keys: Vec<_> = self.published(now).cloned().collect();
        if keys.len() == self.keys.len() { Err(self.clone()) } else { Ok(SigningKeys { keys }) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("from", &self.from)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: &str = "0123456789012345678901234567890123456789";

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn secret(n: usize) -> String {
        format!("{n:040}")
    }

    #[test]
    fn a_generated_text_is_the_first_key_and_has_always_signed() {
        let keys = SigningKeys::read(FIRST).unwrap();
        assert_eq!(keys.signer(noon()).secret, FIRST);
        assert!(keys.is_due(noon()));
        assert_eq!(SigningKeys::read(&keys.write()).unwrap(), keys);
    }

    #[test]
    fn what_is_no_list_of_keys_is_refused_and_not_quoted() {
        let unordered = format!(r#"{{"keys":[{{"secret":"{FIRST}"}},{{"secret":"{FIRST}"}}]}}"#);
        for bad in
            ["", "short", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"secret":"x"}]}"#, &unordered, "{broken"]
        {
            assert_eq!(SigningKeys::read(bad), Err(BadKeys), "{bad}");
        }
        assert!(!format!("{:?}", SigningKeys::read(FIRST).unwrap()).contains(FIRST));
    }

    #[test]
    fn a_new_key_is_published_before_it_signs_and_the_old_one_stays_until_its_last_token_has_died() {
        let keys = SigningKeys::read(FIRST).unwrap().renewed(secret(1), noon());
        let published = |at: Timestamp| keys.published(at).map(|key| key.secret.clone()).collect::<Vec<_>>();
        let at = |minutes| noon() + SignedDuration::from_mins(minutes);
        assert_eq!(published(at(0)), [FIRST.to_owned(), secret(1)]);
        assert_eq!(keys.signer(at(59)).secret, FIRST);
        assert_eq!(keys.signer(at(60)).secret, secret(1));
        assert_eq!(published(at(119)).len(), 2);
        assert_eq!(published(at(120)), [secret(1)]);
        assert!(OVERLAP > auth::issue::LIFETIME);
        assert!(!keys.is_due(at(0)));
        assert!(keys.is_due(at(60) + RENEWED_AFTER));
    }

    proptest! {
        #[test]
        fn whatever_the_rotations_the_token_of_any_moment_is_believed_until_it_dies(
            gaps in proptest::collection::vec(0_i64..60 * 24 * 60, 1..12),
            step in 1_i64..200,
        ) {
            let mut keys = SigningKeys::read(FIRST).unwrap();
            let mut now = noon();
            for (n, gap) in gaps.into_iter().enumerate() {
                now += SignedDuration::from_mins(gap);
                if keys.is_due(now) {
                    keys = keys.renewed(secret(n + 1), now);
                }
                prop_assert!(SigningKeys::read(&keys.write()).as_ref() == Ok(&keys));
                let later = now + SignedDuration::from_mins(step);
                let signer = keys.signer(later).clone();
                let dies = later + auth::issue::LIFETIME;
                prop_assert!(keys.published(later).any(|key| *key == signer));
                prop_assert!(keys.published(dies).any(|key| *key == signer));
            }
        }
    }
}
