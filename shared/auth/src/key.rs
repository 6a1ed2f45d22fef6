//! API keys: `snk_<prefix>_<secret>_<checksum>`, the credential of a program.
//!
//! Invariant: only the digest of a key is ever stored. The prefix names the key to people; the checksum
//! refuses a mistyped key, and lets scanners for leaked secrets recognise one, without a request. A
//! `Debug` text shows no more than the prefix.

use std::fmt;

use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: usize = 8;
const SECRET: usize = 32;
const CHECKSUM: usize = 6;

/// A well-formed key. Whether it exists is for the [`Keychain`](crate::Keychain) to say.
#[derive(Clone)]
pub struct ApiKey(String);

/// The text is not an API key, or it was mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an API key, or it was not copied whole")]
pub struct BadApiKey;

impl ApiKey {
    /// A new key out of `random`, which fills a buffer with unpredictable bytes.
    pub fn mint(random: &mut dyn FnMut(&mut [u8])) -> ApiKey {
        let mut draw = |length| {
            let mut text = String::with_capacity(length);
            while text.len() < length {
                let mut byte = [0];
                random(&mut byte);
                // 248 is four times 62: the bytes above it would favour the first letters.
                if byte[0] < 248 {
                    text.push(char::from(BASE62[usize::from(byte[0]) % 62]));
                }
            }
            text
        };
        let body = format!("snk_{}_{}", draw(PREFIX), draw(SECRET));
        let checksum = checksum(&body);
        ApiKey(format!("{body}_{checksum}"))
    }

    /// Parses a text whose form and checksum are right.
    pub fn parse(text: &str) -> Result<ApiKey, BadApiKey> {
        let mut parts = text.split('_');
        let well_formed = parts.next() == Some("snk")
            && [PREFIX, SECRET, CHECKSUM].iter().all(|&length| {
                parts.next().is_some_and(|part| {
                    part.len() == length && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                })
            })
            && parts.next().is_none();
        let (body, given) = text.rsplit_once('_').ok_or(BadApiKey)?;
        if well_formed && checksum(body) == given { Ok(ApiKey(text.to_owned())) } else { Err(BadApiKey) }
    }

    /// The public part, which names the key in lists and logs.
    pub fn prefix(&self) -> &str {
        &self.0["snk_".len()..][..PREFIX]
    }

    /// What is stored instead of the key. The secret has 190 bits, so no slower hash is needed.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }

    /// The whole key, to be shown to its owner once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey(snk_{}_…)", self.prefix())
    }
}

fn checksum(body: &str) -> String {
    let mut rest = crc32(body.as_bytes()) as usize;
    let mut text = [b'0'; CHECKSUM];
    for place in text.iter_mut().rev() {
        *place = BASE62[rest % 62];
        rest /= 62;
    }
    text.iter().copied().map(char::from).collect()
}

/// CRC-32 as in zip and Ethernet. A key is 45 bytes long, which needs no table.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> ApiKey {
        let mut next = seed;
        ApiKey::mint(&mut |buffer| {
            buffer.fill_with(|| {
                next = next.wrapping_mul(181).wrapping_add(101);
                next
            })
        })
    }

    #[test]
    fn the_checksum_is_the_crc_32_that_everybody_knows() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn a_minted_key_reads_back_as_itself() {
        for seed in 0..=255 {
            let key = key(seed);
            assert_eq!(key.reveal().len(), 3 + 1 + 8 + 1 + 32 + 1 + 6);
            assert_eq!(ApiKey::parse(key.reveal()).unwrap().reveal(), key.reveal());
        }
    }

    #[test]
    fn bytes_that_would_favour_some_letters_are_not_used() {
        let mut bytes = (248..=255).chain(0..=255u8).cycle();
        let key = ApiKey::mint(&mut |buffer| buffer.fill_with(|| bytes.next().unwrap()));
        assert!(
            key.reveal().starts_with("snk_01234567_89ABCDEFGHIJKLMNOPQRSTUVWXYZabcd_"),
            "{}",
            key.reveal()
        );
    }

    #[test]
    fn the_digest_is_the_sha_256_of_the_whole_key() {
        let key = key(1);
        assert_eq!(key.digest(), hex::encode(Sha256::digest(key.reveal())));
        assert_ne!(key.digest(), self::key(2).digest());
    }

    #[test]
    fn a_key_shows_only_its_prefix() {
        let key = key(3);
        let shown = format!("{key:?}");
        assert!(shown.contains(key.prefix()) && !shown.contains(&key.reveal()[13..]), "{shown}");
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        let good = key(4).reveal().to_owned();
        let bad = [
            String::new(),
            "snk".into(),
            "snk____".into(),
            "_".into(),
            good[1..].into(),
            good[..good.len() - 1].into(),
            format!("{good}0"),
            format!("{good}_"),
            format!(" {good}"),
            good.replace("snk", "SNK"),
            good.replacen('_', "-", 1),
            good.to_lowercase(),
        ];
        for text in bad {
            assert_eq!(ApiKey::parse(&text).unwrap_err(), BadApiKey, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_mistyped_key_is_refused(
            seed: u8,
            at in any::<proptest::sample::Index>(),
            by in "[0-9A-Za-z]",
        ) {
            let good = key(seed);
            let mut typed = good.reveal().to_owned();
            let at = at.index(typed.len());
            typed.replace_range(at..=at, &by);
            prop_assert!(typed == good.reveal() || ApiKey::parse(&typed).is_err());
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}|snk_[0-9A-Za-zé_]{0,60}") {
            if let Ok(key) = ApiKey::parse(&text) {
                prop_assert_eq!(key.reveal(), text);
            }
        }
    }
}
