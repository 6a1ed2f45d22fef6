//! What makes one room believe another: a signature in the manner of Standard Webhooks 1.0.
//!
//! The standard signs `id.timestamp.body` and leaves the path out. Between rooms that would be a
//! hole: the body `{"owner": "ord_…"}` signed for `release` would do for `commit`, and one signed
//! for `inventory` would do for `booking`. The id *is* signed, so it names what the ask is for:
//! `inventory/reserve:<id>`. The receiver computes the beginning of that from the path it was
//! called under, never from what the caller says. The dots that separate the three parts cannot
//! be shifted either, because a body is a JSON object and a timestamp never starts with a brace.
//!
//! Invariants: comparison takes the same time whatever differs; a key never shows in `Debug`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// How far the clocks of two rooms may be apart, and how long a signed ask can be replayed.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(crate) const ID: HeaderName = HeaderName::from_static("webhook-id");
pub(crate) const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// The key that rooms sign with, and during a rotation the one before it.
///
/// Rooms are deployed one after the other, so for a while one has the new pair and another the
/// old. Everybody signs with all keys they have and accepts any key they have; as long as
/// neighbours in time share one key, no ask is lost.
#[derive(Clone)]
pub struct AskKeys {
    current: Key,
    previous: Option<Key>,
}

#[derive(Clone)]
struct Key(Arc<[u8]>);

/// A text that is not one or two keys. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// A key starts with `whsec_`.
    #[error("an ask key starts with whsec_")]
    NoPrefix,
    /// The rest of a key is base64.
    #[error("an ask key is base64 after its prefix")]
    NotBase64,
    /// The standard asks for 24 to 64 bytes.
    #[error("an ask key has between 24 and 64 bytes")]
    WrongLength,
    /// The current one and the previous one are all there can be.
    #[error("there are at most two ask keys")]
    TooMany,
}

/// Why an ask is not believed. For the log; the caller learns only that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// A header is missing, repeated or unreadable.
    #[error("the header {0} is missing or unreadable")]
    Header(&'static str),
    /// The id names another room or operation than the path does.
    #[error("signed for another operation")]
    OtherOperation,
    /// It was signed too long ago.
    #[error("signed more than five minutes ago")]
    Stale,
    /// It was signed too far in the future.
    #[error("signed more than five minutes from now")]
    Early,
    /// No signature was made with a key of ours over these bytes.
    #[error("no signature matches")]
    Forged,
}

impl AskKeys {
    /// The three headers of an ask, for whoever sends one without [`Peers`](crate::Peers).
    pub fn headers(
        &self,
        room: &str,
        operation: &str,
        id: &str,
        at: Timestamp,
        body: &[u8],
    ) -> Option<[(HeaderName, HeaderValue); 3]> {
        self.sign(&format!("{}:{id}", crate::peers::scope(room, operation)), at, body)
    }

    /// Signs what goes under this webhook id, as three headers.
    pub(crate) fn sign(
        &self,
        id: &str,
        at: Timestamp,
        body: &[u8],
    ) -> Option<[(HeaderName, HeaderValue); 3]> {
        let at = at.as_second().to_string();
        let signatures = self
            .all()
            .map(|key| format!("v1,{}", STANDARD.encode(key.digest(id, &at, body))))
            .collect::<Vec<_>>();
        let header = |text: &str| HeaderValue::from_str(text).ok();
        Some([(ID, header(id)?), (TIMESTAMP, header(&at)?), (SIGNATURE, header(&signatures.join(" "))?)])
    }

    /// Believes the bytes or says why not. The answer is the id that the asking room chose.
    pub(crate) fn verify(
        &self,
        scope: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<String, Unsigned> {
        let id = single(headers, &ID, "webhook-id")?;
        let at = single(headers, &TIMESTAMP, "webhook-timestamp")?;
        let signatures = single(headers, &SIGNATURE, "webhook-signature")?;

        // Read as strictly as it is written: digits, and nothing that another reader reads otherwise.
        let digits = at.bytes().all(|b| b.is_ascii_digit());
        let signed_at = at.parse().ok().filter(|_| digits).and_then(|at| Timestamp::from_second(at).ok());
        let signed_at = signed_at.ok_or(Unsigned::Header("webhook-timestamp"))?;
        let age = now.duration_since(signed_at);
        if age > TOLERANCE {
            return Err(Unsigned::Stale);
        }
        if age < -TOLERANCE {
            return Err(Unsigned::Early);
        }

        let expected = self.all().map(|key| key.digest(id, at, body)).collect::<Vec<_>>();
        let mut believed = Choice::from(0);
        // Signatures of other versions are skipped, as the standard wants it.
        for signature in signatures.split(' ').filter_map(|text| text.strip_prefix("v1,")) {
            let Ok(signature) = STANDARD.decode(signature) else { continue };
            for expected in &expected {
                believed |= expected.as_slice().ct_eq(&signature);
            }
        }
        if !bool::from(believed) {
            return Err(Unsigned::Forged);
        }
        // After the signature: whether an id fits is not for strangers to find out.
        let own = id.strip_prefix(scope).and_then(|rest| rest.strip_prefix(':'));
        own.map(str::to_owned).ok_or(Unsigned::OtherOperation)
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Key {
    fn digest(&self, id: &str, at: &str, body: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in [id.as_bytes(), b".", at.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName, shown: &'static str) -> Result<&'a str, Unsigned> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Unsigned::Header(shown)),
        _ => Err(Unsigned::Header(shown)),
    }
}

impl AskKeys {
    /// The keys as a vault keeps them: CloudFormation generates letters and digits, and cannot put the
    /// standard's prefix before them.
    pub fn from_secret(text: &str) -> Result<AskKeys, BadKeys> {
        let prefixed = |key: &str| format!("whsec_{}", key.trim().trim_start_matches("whsec_"));
        text.split(',').map(prefixed).collect::<Vec<_>>().join(",").parse()
    }
}

impl FromStr for AskKeys {
    type Err = BadKeys;

    fn from_str(text: &str) -> Result<AskKeys, BadKeys> {
        let mut keys = text.trim().split(',').map(|key| key.trim().parse::<Key>());
        let current = keys.next().ok_or(BadKeys::NoPrefix)??;
        let previous = keys.next().transpose()?;
        if keys.next().is_some() { Err(BadKeys::TooMany) } else { Ok(AskKeys { current, previous }) }
    }
}

impl FromStr for Key {
    type Err = BadKeys;

    fn from_str(text: &str) -> Result<Key, BadKeys> {
        let encoded = text.strip_prefix("whsec_").ok_or(BadKeys::NoPrefix)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| BadKeys::NotBase64)?;
        if (24..=64).contains(&bytes.len()) { Ok(Key(bytes.into())) } else { Err(BadKeys::WrongLength) }
    }
}

impl fmt::Debug for AskKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AskKeys({})", self.all().count())
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
