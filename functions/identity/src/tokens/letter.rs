//! The token that stands in a mail: `snl_<letter>_<seal>`.
//!
//! It follows from the letter's name and purpose, so it lies nowhere: the room that writes the mail asks
//! for it, as often as it takes.

use std::fmt;

use ids::LetterId;
use vault::Seal;

use super::{NotOurs, bare, message, whole};
use crate::domain::{Letter, Purpose};

const PREFIX: &str = "snl";

#[derive(Clone, PartialEq, Eq)]
pub struct LetterToken {
    pub letter: LetterId,
    pub purpose: Purpose,
    text: String,
}

impl LetterToken {
    pub fn of(letter: &Letter, seal: &Seal) -> LetterToken {
        let (letter, purpose) = (letter.id, letter.purpose);
        let sealed = hex::encode(seal.sign(&message("letter", &[purpose.word(), &letter.to_string()])));
        LetterToken { letter, purpose, text: format!("{PREFIX}_{}_{sealed}", bare(letter)) }
    }

    /// Takes a text for a token if we have issued it.
    pub fn parse(text: &str, seal: &Seal) -> Result<LetterToken, NotOurs> {
        let parts: Vec<_> = text.trim().split('_').collect();
        let [PREFIX, bare, sealed] = parts[..] else { return Err(NotOurs) };
        let shown = hex::decode(sealed).ok().filter(|shown| shown.len() == 32).ok_or(NotOurs)?;
        let letter: LetterId = whole(LetterId::PREFIX, bare)?;
        let id = letter.to_string();
        let signed = |purpose: &Purpose| seal.verify(&message("letter", &[purpose.word(), &id]), &shown);
        let purpose = Purpose::ALL.into_iter().find(signed).ok_or(NotOurs)?;
        Ok(LetterToken { letter, purpose, text: text.trim().to_owned() })
    }

    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for LetterToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LetterToken({})", self.letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::{AccountId, Uuid};

    fn seal() -> Seal {
        Seal::read("a secret that surely only tests know of").unwrap()
    }

    fn token(purpose: Purpose) -> LetterToken {
        let (id, account) =
            (LetterId::from_uuid(Uuid::from_u128(1)), AccountId::from_uuid(Uuid::from_u128(2)));
        let email = "ada@example.org".parse().unwrap();
        LetterToken::of(&Letter::new(id, purpose, account, &email, 0, jiff::Timestamp::UNIX_EPOCH), &seal())
    }

    #[test]
    fn a_token_says_which_letter_it_is_of_and_what_for() {
        for purpose in Purpose::ALL {
            let token = token(purpose);
            assert_eq!(LetterToken::parse(&format!(" {}\n", token.reveal()), &seal()).unwrap(), token);
        }
    }

    #[test]
    fn what_was_changed_or_made_up_is_not_ours() {
        let good = token(Purpose::ConfirmEmail).reveal().to_owned();
        let other = Seal::read("another secret that only tests know of").unwrap();
        assert_eq!(LetterToken::parse(&good, &other).unwrap_err(), NotOurs);
        for bad in ["", "snl", "snl__", &good[1..], &good[..good.len() - 2], &good.replace("snl_0", "snl_1")]
        {
            assert_eq!(LetterToken::parse(bad, &seal()).unwrap_err(), NotOurs, "{bad}");
        }
    }
}
