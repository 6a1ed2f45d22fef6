//! Signing tokens: for the room that issues them, for the embedded host and for tests.
//!
//! Invariant: the seed never leaves the issuer, neither as text nor as JSON.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::Claims;
use crate::claims::Signed;

/// How long an access token lives: short, because it cannot be revoked.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// The `typ` of access tokens (RFC 9068), so that no other kind of token passes for one.
pub(crate) const TOKEN_TYPE: &str = "at+jwt";

/// RFC 8410: what stands before the 32 bytes of the seed in a PKCS#8 v1 private key.
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// An issuer of tokens: one Ed25519 key with a name and an audience.
#[derive(Clone)]
pub struct Issuer {
    key: EncodingKey,
    public: String,
    kid: String,
    iss: String,
    aud: String,
}

impl Issuer {
    /// The issuer whose key is derived from a secret text of high entropy. Its id is the thumbprint of
    /// the key (RFC 7638), so the same text gives the same key everywhere.
    pub fn from_secret(secret: &str, iss: impl Into<String>, aud: impl Into<String>) -> Issuer {
        let seed = Sha256::digest(format!("snail-signing:{secret}"));
        let mut issuer = Issuer::from_seed(seed.into(), "", iss, aud);
        issuer.kid = thumbprint(&issuer.public);
        issuer
    }

    /// The issuer with this seed.
    pub fn from_seed(
        seed: [u8; 32],
        kid: impl Into<String>,
        iss: impl Into<String>,
        aud: impl Into<String>,
    ) -> Issuer {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are an Ed25519 seed");
        let pkcs8 = [&PKCS8_PREFIX[..], &seed].concat();
        Issuer {
            key: EncodingKey::from_ed_der(&pkcs8),
            public: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key()),
            kid: kid.into(),
            iss: iss.into(),
            aud: aud.into(),
        }
    }

    /// The key set by which others verify what this issuer signs.
    pub fn jwks(&self) -> String {
        let key = json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": self.public,
        });
        json!({ "keys": [key] }).to_string()
    }

    /// Signs an access token with these claims; `exp` is cut to seconds.
    pub fn sign(&self, claims: &Claims) -> String {
        self.sign_any(
            &self.header(),
            &Signed {
                iss: &self.iss,
                aud: &self.aud,
                exp: claims.exp.as_second(),
                sub: claims.sub,
                session: &claims.session,
                roles: &claims.roles,
                merchants: &claims.merchants,
                locale: claims.locale.as_deref(),
            },
        )
    }

    pub(crate) fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        header
    }

    pub(crate) fn sign_any(&self, header: &Header, claims: &impl Serialize) -> String {
        jsonwebtoken::encode(header, claims, &self.key)
            .expect("the key was made of a seed, and claims are plain data with text for keys")
    }
}

#[cfg(test)]
impl Issuer {
    /// A bare signature, for tests of malformed tokens.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> String {
        jsonwebtoken::crypto::sign(bytes, &self.key, Algorithm::EdDSA).expect("the key was made of a seed")
    }
}

/// RFC 7638: the hash of the required members in the order of their names.
fn thumbprint(x: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("iss", &self.iss)
            .field("aud", &self.aud)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The vectors of RFC 8037, appendix A.
#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::crypto;

    const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    fn issuer() -> Issuer {
        let seed = BASE64_URL_SAFE_NO_PAD.decode(D).unwrap().try_into().unwrap();
        Issuer::from_seed(seed, "a", "iss", "aud")
    }

    #[test]
    fn the_seed_of_the_rfc_has_the_public_key_of_the_rfc() {
        assert_eq!(issuer().public, X);
        assert!(issuer().jwks().contains(X));
    }

    #[test]
    fn the_key_of_the_rfc_has_the_thumbprint_of_the_rfc() {
        assert_eq!(thumbprint(X), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_text_of_the_rfc_gets_the_signature_of_the_rfc() {
        let signature = crypto::sign(SIGNED.as_bytes(), &issuer().key, Algorithm::EdDSA).unwrap();
        assert_eq!(signature, SIGNATURE);
    }

    #[test]
    fn the_signature_of_the_rfc_is_verified_and_no_other_is() {
        let keys = crate::KeySet::from_jwks(&issuer().jwks()).unwrap();
        let verify = |signed: &str| {
            crypto::verify(SIGNATURE, signed.as_bytes(), keys.get("a").unwrap(), Algorithm::EdDSA).unwrap()
        };
        assert!(verify(SIGNED));
        assert!(!verify(&SIGNED.replace("RXhh", "RXhb")));
    }

    #[test]
    fn two_generated_issuers_have_two_keys() {
        let [a, b] = ["one", "another"].map(|secret| Issuer::from_secret(secret, "iss", "aud"));
        assert!(a.public != b.public && a.kid != b.kid);
        assert_eq!(a.kid, thumbprint(&a.public));
    }

    #[test]
    fn an_issuer_never_shows_its_seed() {
        let shown = format!("{:?} {}", issuer(), issuer().jwks());
        assert!(!shown.contains(D) && !shown.contains("\"d\""), "{shown}");
    }
}
