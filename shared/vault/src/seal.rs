//! HMAC-SHA256 under the keys of a secret: `key`, or after a rotation `new,old`.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Secret;

const SHORTEST: usize = 32;

/// Signs with the first key of a secret and verifies with each of them, so that signatures by the old
/// key are valid for as long as the secret names it.
#[derive(Clone)]
pub struct Seal(Arc<Secret>);

impl Seal {
    /// Reads the keys; `None` when one of them is shorter than 32 characters and could be guessed.
    pub fn read(text: &str) -> Option<Seal> {
        Seal::of(Arc::new(Secret::new(text.to_owned())))
    }

    pub(crate) fn of(secret: Arc<Secret>) -> Option<Seal> {
        let strong = keys(&secret).all(|key| key.len() >= SHORTEST);
        strong.then_some(Seal(secret))
    }

    /// The signature of a message with the first key.
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let first = keys(&self.0).next().unwrap_or_default();
        mac(first, message).finalize().into_bytes().into()
    }

    /// The same as text: base64url without padding.
    pub fn sign_text(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(message))
    }

    /// The signatures of a message with each key, the first key first.
    pub fn sign_by_each(&self, message: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        keys(&self.0).map(move |key| mac(key, message).finalize().into_bytes().into())
    }

    /// Whether one of the keys gives this signature, or one that begins with it. The caller says how
    /// short a beginning may be; an empty one never verifies.
    pub fn verify(&self, message: &[u8], shown: &[u8]) -> bool {
        keys(&self.0).any(|key| mac(key, message).verify_truncated_left(shown).is_ok())
    }

    /// Whether one of the keys gives this whole signature, written as [`Seal::sign_text`] writes it.
    pub fn verify_text(&self, message: &[u8], shown: &str) -> bool {
        let shown = URL_SAFE_NO_PAD.decode(shown).ok().filter(|shown| shown.len() == 32);
        shown.is_some_and(|shown| self.verify(message, &shown))
    }
}

fn keys(secret: &Secret) -> impl Iterator<Item = &str> {
    secret.reveal().split(',').map(str::trim)
}

fn mac(key: &str, message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({} keys)", keys(&self.0).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "an old secret that only tests know of";
    const NEW: &str = "a new secret that only tests know of";

    #[test]
    fn what_the_old_key_has_signed_is_believed_while_the_secret_names_it() {
        let [old, both, new] = [OLD, &format!("{NEW}, {OLD}"), NEW].map(|secret| Seal::read(secret).unwrap());
        let (signed, text) = (old.sign(b"a"), old.sign_text(b"a"));
        assert!(both.verify(b"a", &signed) && both.verify_text(b"a", &text));
        assert!(!new.verify(b"a", &signed) && !new.verify_text(b"a", &text));
        assert_eq!(both.sign(b"a"), new.sign(b"a"));
        assert_eq!(both.sign_by_each(b"a").collect::<Vec<_>>(), [new.sign(b"a"), signed]);
    }

    #[test]
    fn a_signature_is_of_one_message() {
        let seal = Seal::read(OLD).unwrap();
        let (signed, text) = (seal.sign(b"a"), seal.sign_text(b"a"));
        assert!(seal.verify(b"a", &signed[..16]), "a caller may keep a part");
        for shown in [&[], &signed[1..], &[&signed[..], b"x"].concat()] {
            assert!(!seal.verify(b"a", shown), "{shown:?}");
        }
        for shown in ["", &text[..22], &format!("{text}A"), &format!("{text}="), "é"] {
            assert!(!seal.verify_text(b"a", shown), "{shown}");
        }
        assert!(!seal.verify(b"b", &signed));
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_refused() {
        for short in ["", "short", &format!("{NEW},"), &format!("{NEW},short")] {
            assert!(Seal::read(short).is_none(), "{short}");
        }
        assert_eq!(format!("{:?}", Seal::read(&format!("{NEW},{OLD}")).unwrap()), "Seal(2 keys)");
    }
}
