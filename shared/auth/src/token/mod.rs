//! Verifying an access token.
//!
//! Invariant: the algorithm is pinned before a key is looked up and the signature is checked before a
//! claim is read. Keys come from our own set alone: `jwk`, `jku` and `x5u` in a header are ignored.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::Clock;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::claims::Read;
use crate::issue::TOKEN_TYPE;
use crate::{Claims, Denied, KeySet};

/// More than any token of ours has, and cheap enough to hash for a stranger.
const MAX_BYTES: usize = 8 * 1024;
/// The largest difference between the clocks of two machines, in seconds.
const LEEWAY: i64 = 5;

/// Verifies access tokens. Clones are cheap.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: KeySet,
    issuer: String,
    audience: String,
    clock: Clock,
    validation: Validation,
}

/// The part of the header that is checked before anything else. `alg` is a text here, so that `none`
/// and later algorithms are refused by name.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

impl Verifier {
    /// Accepts what `issuer` signs for `audience` with one of these keys.
    pub fn new(
        keys: KeySet,
        issuer: impl Into<String>,
        audience: impl Into<String>,
        clock: Clock,
    ) -> Verifier {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The library reads the machine's clock and accepts a missing claim, so it checks only the
        // signature and `judge` the claims.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let (issuer, audience) = (issuer.into(), audience.into());
        Verifier(Arc::new(Inner { keys, issuer, audience, clock, validation }))
    }

    /// The same with other keys.
    #[must_use]
    pub fn with(&self, keys: KeySet) -> Verifier {
        Verifier::new(keys, &*self.0.issuer, &*self.0.audience, self.0.clock.clone())
    }

    /// The claims of a token that is valid now.
    pub fn token(&self, token: &str) -> Result<Claims, Denied> {
        if token.len() > MAX_BYTES {
            return Err(Denied::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Denied::Malformed);
        };
        let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| Denied::Malformed)?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| Denied::Malformed)?;
        if header.alg != "EdDSA" {
            return Err(Denied::WrongAlgorithm);
        }
        if header.typ.as_deref() != Some(TOKEN_TYPE) || header.crit.is_some() {
            return Err(Denied::WrongType);
        }
        let key = header.kid.and_then(|kid| self.0.keys.get(&kid)).ok_or(Denied::UnknownKey)?;

        match jsonwebtoken::decode::<Read>(token, key, &self.0.validation) {
            Ok(read) => self.judge(read.claims),
            Err(error) => Err(match error.kind() {
                ErrorKind::InvalidSignature => Denied::BadSignature,
                _ => Denied::Malformed,
            }),
        }
    }

    fn judge(&self, read: Read) -> Result<Claims, Denied> {
        if read.iss != self.0.issuer {
            return Err(Denied::WrongIssuer);
        }
        if !read.aud.includes(&self.0.audience) {
            return Err(Denied::WrongAudience);
        }
        let now = self.0.clock.now().as_second();
        if read.exp.saturating_add(LEEWAY) <= now {
            return Err(Denied::Expired);
        }
        if read.nbf.is_some_and(|nbf| nbf.saturating_sub(LEEWAY) > now) {
            return Err(Denied::NotYetValid);
        }
        read.into_claims()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.0.keys)
            .field("issuer", &self.0.issuer)
            .field("audience", &self.0.audience)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod rfc_tests;
#[cfg(test)]
mod tests;
