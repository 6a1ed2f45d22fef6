//! The secret that everything else follows from.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What the letter secret seals with: its first key, or any of them when something is verified.
pub struct Seal(Vec<String>);

/// The secret could be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the letter secret is shorter than 32 characters")]
pub struct BadSecret;

const SHORTEST: usize = 32;

impl Seal {
    /// Reads `key`, or after a rotation `new,old`.
    pub fn read(text: &str) -> Result<Seal, BadSecret> {
        let keys: Vec<_> = text.split(',').map(|key| key.trim().to_owned()).collect();
        if keys.iter().all(|key| key.len() >= SHORTEST) { Ok(Seal(keys)) } else { Err(BadSecret) }
    }

    /// What seals these parts, by the first key.
    pub(super) fn seal(&self, label: &str, parts: &[&str]) -> [u8; 32] {
        seal(&self.0[0], label, parts)
    }

    /// What seals these parts, by each key.
    pub(super) fn each(&self, label: &str, parts: &[&str]) -> Vec<[u8; 32]> {
        self.0.iter().map(|key| seal(key, label, parts)).collect()
    }

    /// Whether the parts bear the seal, or what was kept of it.
    pub(super) fn bears(&self, label: &str, parts: &[&str], shown: &[u8]) -> bool {
        let mut bears = false;
        for sealed in self.each(label, parts) {
            bears |= bool::from(sealed[..shown.len().min(sealed.len())].ct_eq(shown));
        }
        bears && !shown.is_empty()
    }
}

/// The parts are told apart by their lengths, so that no two lists of parts are one text.
fn seal(key: &str, label: &str, parts: &[&str]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    for part in [label].iter().chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({} keys)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "an old secret that only tests know of";
    const NEW: &str = "a new secret that only tests know of";

    #[test]
    fn what_the_old_key_has_sealed_is_believed_while_the_secret_names_it() {
        let [old, both, new] =
            [OLD.to_owned(), format!("{NEW}, {OLD}"), NEW.to_owned()].map(|text| Seal::read(&text).unwrap());
        let sealed = old.seal("a", &["b"]);
        assert!(old.bears("a", &["b"], &sealed) && both.bears("a", &["b"], &sealed[..16]));
        assert!(!new.bears("a", &["b"], &sealed));
        assert_eq!(both.seal("a", &["b"]), new.seal("a", &["b"]));
    }

    #[test]
    fn a_seal_is_of_one_label_and_one_list_of_parts() {
        let seal = Seal::read(OLD).unwrap();
        let sealed = seal.seal("a", &["b", "c"]);
        for (label, parts) in
            [("a", &["bc"][..]), ("a", &["b", "c", ""]), ("ab", &["", "c"]), ("a", &["c", "b"])]
        {
            assert!(!seal.bears(label, parts, &sealed), "{label} {parts:?}");
        }
        assert!(!seal.bears("a", &["b", "c"], &[]), "nothing is no seal");
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_refused() {
        assert!(Seal::read("short").is_err() && Seal::read(&format!("{NEW},")).is_err());
        assert!(!format!("{:?}", Seal::read(NEW).unwrap()).contains("secret"));
    }
}
