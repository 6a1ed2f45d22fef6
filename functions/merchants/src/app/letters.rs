//! The words that a letter carries. They are derived from the letter's name and a secret, so that
//! nothing that lies anywhere opens an invitation, and the same letter can be written twice.
//!
//! A token is the letter's own name without its prefix, followed by HMAC-SHA256 of `invitation:<letter>`.
//! One that was made up is therefore refused before the table is asked.

use ids::LetterId;
use vault::{Seal, Vault, VaultError};

pub(crate) const PURPOSE: &str = "invitation";

/// How many characters of a token name the letter.
const NAME: usize = 26;

#[derive(Clone)]
pub(super) struct Letters {
    pub(super) vault: Vault,
    /// By its name.
    pub(super) secret: String,
}

impl Letters {
    pub(super) async fn token(&self, letter: LetterId) -> Result<String, VaultError> {
        let signature = self.vault.seal(&self.secret).await?.sign_text(&message(letter));
        let text = letter.to_string();
        Ok(format!("{}{signature}", &text[text.len() - NAME..]))
    }

    pub(super) async fn letter(&self, token: &str) -> Result<Option<LetterId>, VaultError> {
        let Some((letter, signature)) = parse(token) else { return Ok(None) };
        let ours = |seal: &Seal| seal.verify_text(&message(letter), signature).then_some(letter);
        self.vault.unseal(&self.secret, ours).await
    }
}

fn parse(token: &str) -> Option<(LetterId, &str)> {
    let (name, signature) = token.split_at_checked(NAME)?;
    Some((format!("{}_{name}", LetterId::PREFIX).parse().ok()?, signature))
}

fn message(letter: LetterId) -> Vec<u8> {
    format!("{PURPOSE}:{letter}").into_bytes()
}

#[cfg(test)]
mod tests {
    use clock::Clock;
    use ids::Uuid;

    use super::*;

    const SECRET: &str = "a secret that only tests know of";

    fn letters(secret: &str) -> Letters {
        let vault = Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap()));
        vault.put("letters", secret);
        Letters { vault, secret: "letters".to_owned() }
    }

    #[tokio::test]
    async fn a_letter_is_known_by_its_token_and_by_no_other() {
        let letters = letters(SECRET);
        let letter = LetterId::from_uuid(Uuid::from_u128(7));
        let token = letters.token(letter).await.unwrap();
        assert_eq!(token, "00000000000000000000000007XQO2sK2cOrNLGYqjWln19BXODqIy78gjBsWqM7_OFP0");
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
    async fn a_rotation_leaves_open_invitations_good_until_the_old_key_is_gone() {
        let letter = LetterId::from_uuid(Uuid::from_u128(7));
        let new = "another secret that only tests know of";
        let (old, both) = (letters(SECRET), letters(&format!("{new},{SECRET}")));
        let token = old.token(letter).await.unwrap();
        assert_eq!(both.letter(&token).await.unwrap(), Some(letter));
        assert_ne!(both.token(letter).await.unwrap(), token);
        assert_eq!(letters(new).letter(&token).await.unwrap(), None);
    }
}
