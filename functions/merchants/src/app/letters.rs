//! The words that a letter carries. They are derived from the letter's name and a secret, so that
//! nothing that lies anywhere opens an invitation, and the same letter can be written twice.
//!
//! A token is the letter's own name without its prefix, followed by HMAC-SHA256 of `invitation:<letter>`.
//! One that was made up is therefore refused before the table is asked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ids::LetterId;
use sha2::Sha256;
use vault::{Secret, Vault, VaultError};

/// What a letter of this room is for.
pub(crate) const PURPOSE: &str = "invitation";

/// How many characters of a token name the letter.
const NAME: usize = 26;

#[derive(Clone)]
pub(super) struct Letters {
    vault: Vault,
    name: String,
}

impl Letters {
    pub(super) fn new(vault: Vault, name: String) -> Letters {
        Letters { vault, name }
    }

    /// The token that a letter carries.
    pub(super) async fn token(&self, letter: LetterId) -> Result<String, VaultError> {
        let secret = self.vault.read(&self.name).await?;
        let seal = URL_SAFE_NO_PAD.encode(seal(&secret, letter).finalize().into_bytes());
        let text = letter.to_string();
        Ok(format!("{}{seal}", &text[text.len() - NAME..]))
    }

    /// The letter that carries this token, if one of ours does.
    pub(super) async fn letter(&self, token: &str) -> Result<Option<LetterId>, VaultError> {
        let Some((letter, said)) = parse(token) else { return Ok(None) };
        let fits = |secret: &Secret| seal(secret, letter).verify_slice(&said).is_ok();
        if fits(&*self.vault.read(&self.name).await?) {
            return Ok(Some(letter));
        }
        // The secret may have been replaced since this instance read it.
        let fits = fits(&*self.vault.read_again(&self.name).await?);
        Ok(fits.then_some(letter))
    }
}

fn parse(token: &str) -> Option<(LetterId, Vec<u8>)> {
    let (name, seal) = token.split_at_checked(NAME)?;
    let letter = format!("{}_{name}", LetterId::PREFIX).parse().ok()?;
    Some((letter, URL_SAFE_NO_PAD.decode(seal).ok()?))
}

fn seal(secret: &Secret, letter: LetterId) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{PURPOSE}:{letter}").as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use clock::Clock;
    use ids::Uuid;

    use super::*;

    fn letters(secret: &str) -> Letters {
        let vault = Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap()));
        vault.put("letters", secret);
        Letters::new(vault, "letters".to_owned())
    }

    #[tokio::test]
    async fn a_letter_is_known_by_its_token_and_by_no_other() {
        let letters = letters("one");
        let letter = LetterId::from_uuid(Uuid::from_u128(7));
        let token = letters.token(letter).await.unwrap();
        assert_eq!(letters.token(letter).await.unwrap(), token);
        assert_eq!(letters.letter(&token).await.unwrap(), Some(letter));
        let other = letters.token(LetterId::from_uuid(Uuid::from_u128(8))).await.unwrap();
        let mixed = format!("{}{}", &token[..NAME], &other[NAME..]);
        let short = &token[..token.len() - 1];
        for wrong in ["", "x", &mixed, short, &token[..NAME], &format!("{token}A"), &"ы".repeat(40)] {
            assert_eq!(letters.letter(wrong).await.unwrap(), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn another_secret_makes_other_tokens() {
        let letter = LetterId::from_uuid(Uuid::from_u128(7));
        let token = letters("one").token(letter).await.unwrap();
        assert_eq!(letters("two").letter(&token).await.unwrap(), None);
    }
}
