//! The key that tokens are signed with gets a successor, in good time.

use super::{App, AppError};
use crate::tokens::random;

/// What the calendar's call has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    NotDue,
    /// Somebody else is making the new key, or has made it.
    Elsewhere,
    /// There is a new key, and it signs in an hour.
    Now,
    /// Keys whose last token has died are gone.
    Tidied,
}

impl App {
    /// Makes a new key when the newest is old, and lets go of those that are dead. Two who try at
    /// once make one key: the turn is taken in the table before anything is written to the vault.
    pub async fn rotate_signing_key(&self) -> Result<Turned, AppError> {
        let now = self.clock.now();
        let keys = self.secrets.signing_again().await?;
        if !keys.is_due(now) {
            return match keys.without_dead(now) {
                Ok(alive) => self.secrets.replace_signing(&alive).await.map(|()| Turned::Tidied),
                Err(_) => Ok(Turned::NotDue),
            };
        }
        let newest = self.kid(&keys.newest().secret);
        if !self.store.take_turn(&newest, now).await? {
            return Ok(Turned::Elsewhere);
        }
        let secret = hex::encode(random()?);
        self.secrets.replace_signing(&keys.renewed(secret, now)).await?;
        self.store.finish_turn(&newest, self.clock.now()).await?;
        Ok(Turned::Now)
    }
}
