//! Whom to believe, and what a letter says. What is asked of keys and of standings answers with what
//! `auth` judges by, and is a type there.

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
