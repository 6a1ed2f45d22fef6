//! What stands in a letter, for whoever writes the mail.

use ids::LetterId;
use jiff::Timestamp;

use super::{App, AppError};
use crate::domain::{Email, Locale, Purpose, Refusal};
use crate::tokens::LetterToken;

#[derive(Clone, Debug)]
pub struct Contents {
    pub to: Email,
    pub locale: Locale,
    pub purpose: Purpose,
    pub token: LetterToken,
    /// Until when.
    pub expires_at: Timestamp,
}

impl App {
    /// What stands in a letter, asked as often as it takes. One that is not good any more is not
    /// worth sending.
    pub async fn read_letter(&self, letter: LetterId) -> Result<Contents, AppError> {
        let letter = self.store.letter(letter).await?.ok_or(Refusal::NoSuchLetter)?;
        let account = self.store.account(letter.account).await?.ok_or(Refusal::NoSuchLetter)?.body;
        let to = letter.address(&account, self.clock.now())?.clone();
        let token = LetterToken::of(&letter, &self.secrets.seal().await?);
        let (purpose, expires_at) = (letter.purpose, letter.expires_at);
        Ok(Contents { to, locale: account.locale, purpose, token, expires_at })
    }
}
