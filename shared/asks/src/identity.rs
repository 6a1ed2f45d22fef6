//! Whom to believe, and what a letter says. What is asked of keys and of standings answers with what
//! `auth` judges by, and is a type there.

use std::fmt;

use ids::LetterId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use words::{Email, Locale};

/// The public keys that access tokens are signed with (RFC 7517).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {}

/// What a letter says, for the room that writes the mail. A letter that is not good any more is
/// refused: it is not worth sending.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadLetter {
    /// Which, as the fact has named it.
    pub letter: LetterId,
}

/// What a letter says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// To whom it goes.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// `confirm_email`, `reset_password`, `already_registered`, `change_email_old` or
    /// `change_email_new`; of merchants, `invitation`.
    pub purpose: String,
    /// A secret: it belongs into the mail and nowhere else.
    pub token: String,
    /// Until when the token is good.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Letter { to, locale, purpose, token: _, expires_at } = self;
        write!(f, "Letter({purpose} to {to:?} in {locale} until {expires_at})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_a_letter_is_in_no_debug_text() {
        let sample = include_str!("../golden/identity.letter.json");
        let sample: serde_json::Value = serde_json::from_str(sample).expect("a sample is JSON");
        let letter: Letter = serde_json::from_value(sample["answer"].clone()).expect("a letter");
        let text = format!("{letter:?}");
        assert!(text.contains(&letter.purpose) && !text.contains(&letter.token), "{text}");
    }
}
