//! What the holder of an API key may do, for the rooms that it is shown to.

use auth::KeyGrant;
use ids::AccountId;

use super::{App, AppError};

impl App {
    /// What the key with this digest grants now: nothing, if there is no such key any more. Its use
    /// is noted once an hour, and a note that cannot be taken stands in nobody's way.
    pub async fn find_key(&self, digest: &str) -> Result<Option<KeyGrant>, AppError> {
        let Some(key) = self.store.api_key(digest).await? else { return Ok(None) };
        let now = self.clock.now();
        // What only an admin gives is good for as long as who gave it is one.
        let is_good = !key.is_for_admins() || self.is_an_admin(key.created_by).await?;
        let grant = key.grant(now).filter(|_| is_good);
        if let Some(hour) = key.use_to_note(now).filter(|_| grant.is_some())
            && let Err(error) = self.store.note_use(digest, hour).await
        {
            tracing::warn!(%error, "the use of an API key could not be noted");
        }
        Ok(grant)
    }

    async fn is_an_admin(&self, account: AccountId) -> Result<bool, AppError> {
        Ok(self.store.account(account).await?.is_some_and(|found| found.body.is_admin()))
    }
}
