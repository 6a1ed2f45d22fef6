//! The public keys that tokens may be signed with, read from a JWK Set (RFC 7517, RFC 8037).
//!
//! Invariant: every key in a set is a public Ed25519 key with an id of its own. A set with anything
//! else in it is refused whole, because it is configuration: half a set would refuse half the tokens
//! without a visible reason.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Public keys by their ids.
#[derive(Clone)]
pub struct KeySet(BTreeMap<String, DecodingKey>);

/// Why a text is not a key set. Keys are counted from zero.
#[derive(Debug, thiserror::Error)]
pub enum BadKeySet {
    /// It is not a JWK Set at all.
    #[error("the key set is not a JSON Web Key Set: {0}")]
    NotAKeySet(#[from] serde_json::Error),
    /// A key without an id, which no token could name.
    #[error("key {0} has no `kid`")]
    NoId(usize),
    /// Two keys with one id.
    #[error("key {0} has the `kid` of another")]
    SameId(usize),
    /// A key of another kind or for another use.
    #[error("key {0} is not an Ed25519 signing key")]
    OtherKind(usize),
    /// The key is not the base64url of 32 bytes.
    #[error("key {0} has an `x` that is not 32 bytes of base64url")]
    BadPoint(usize),
    /// A private key in a set that is public.
    #[error("key {0} is PRIVATE: it must be replaced now, and `d` does not belong in a key set")]
    Private(usize),
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    kid: Option<String>,
    x: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    d: Option<IgnoredAny>,
}

impl KeySet {
    /// A set without keys, which verifies nothing.
    pub fn empty() -> KeySet {
        KeySet(BTreeMap::new())
    }

    /// Reads `{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": …, "x": …}]}`.
    pub fn from_jwks(json: &str) -> Result<KeySet, BadKeySet> {
        let jwks: Jwks = serde_json::from_str(json)?;
        let mut keys = BTreeMap::new();
        for (i, jwk) in jwks.keys.into_iter().enumerate() {
            if jwk.d.is_some() {
                return Err(BadKeySet::Private(i));
            }
            let is = |field: &Option<String>, expected| field.as_deref() == Some(expected);
            let is_or_absent = |field: &Option<String>, expected| field.is_none() || is(field, expected);
            if !is(&jwk.kty, "OKP")
                || !is(&jwk.crv, "Ed25519")
                || !(is_or_absent(&jwk.alg, "EdDSA") || is(&jwk.alg, "Ed25519"))
                || !is_or_absent(&jwk.purpose, "sig")
            {
                return Err(BadKeySet::OtherKind(i));
            }
            let id = jwk.kid.filter(|id| !id.is_empty()).ok_or(BadKeySet::NoId(i))?;
            let point = jwk.x.and_then(|x| BASE64_URL_SAFE_NO_PAD.decode(x).ok());
            let point = point.filter(|point| point.len() == 32).ok_or(BadKeySet::BadPoint(i))?;
            // For Ed25519 the library's "DER" is the bare public key.
            if keys.insert(id, DecodingKey::from_ed_der(&point)).is_some() {
                return Err(BadKeySet::SameId(i));
            }
        }
        Ok(KeySet(keys))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&DecodingKey> {
        self.0.get(id)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.2.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn key(more: &str) -> String {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#)
    }

    #[test]
    fn a_set_of_ed25519_keys_is_read() {
        let json = format!(
            r#"{{"keys":[{},{}]}}"#,
            key(r#","kid":"a","use":"sig","alg":"EdDSA""#),
            key(r#","kid":"b""#)
        );
        let set = KeySet::from_jwks(&json).unwrap();
        assert!(set.get("a").is_some() && set.get("b").is_some() && set.get("c").is_none());
        assert_eq!(format!("{set:?}"), r#"{"a", "b"}"#);
    }

    #[test]
    fn a_set_with_anything_else_in_it_is_refused() {
        let good = key(r#","kid":"a""#);
        check("", "not a JSON Web Key Set");
        check("{}", "not a JSON Web Key Set");
        check(&format!(r#"{{"keys":[{good},{}]}}"#, key("")), "key 1 has no `kid`");
        check(&format!(r#"{{"keys":[{good},{}]}}"#, key(r#","kid":"""#)), "key 1 has no `kid`");
        check(&format!(r#"{{"keys":[{good},{good}]}}"#), "key 1 has the `kid` of another");
        check(&format!(r#"{{"keys":[{}]}}"#, key(r#","kid":"a","use":"enc""#)), "not an Ed25519 signing key");
        check(
            &format!(r#"{{"keys":[{}]}}"#, key(r#","kid":"a","alg":"HS256""#)),
            "not an Ed25519 signing key",
        );
        check(r#"{"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0"}]}"#, "not an Ed25519 signing key");
        check(r#"{"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]}"#, "not an Ed25519 signing key");
        check(r#"{"keys":[{"kty":"OKP","crv":"X25519","kid":"a","x":"AA"}]}"#, "not an Ed25519 signing key");
        check(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]}"#, "not 32 bytes");
        check(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"???"}]}"#, "not 32 bytes");
        check(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a"}]}"#, "not 32 bytes");
        check(&format!(r#"{{"keys":[{}]}}"#, key(r#","kid":"a","d":"nWGx""#)), "PRIVATE");

        #[track_caller]
        fn check(json: &str, expect: &str) {
            let refused = KeySet::from_jwks(json).unwrap_err().to_string();
            assert!(refused.contains(expect), "{json}: {refused}");
        }
    }

    #[test]
    fn a_private_key_is_never_quoted_back() {
        let json = format!(r#"{{"keys":[{}]}}"#, key(r#","kid":"a","d":"nWGxne_9WmC6hEr0""#));
        let refused = KeySet::from_jwks(&json).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("nWGx"));
    }
}
