//! What the holder of an API key may do, for the rooms that it is shown to.

use auth::KeyGrant;

use super::{App, Trouble};

impl App {
    /// What the key with this digest grants now: nothing, if there is no such key any more. Its use
    /// is noted once an hour, and a note that cannot be taken stands in nobody's way.
    pub async fn find_key(&self, digest: &str) -> Result<Option<KeyGrant>, Trouble> {
        let Some(key) = self.store.api_key(digest).await? else { return Ok(None) };
        let now = self.clock.now();
        let grant = key.grant(now);
        if let Some(hour) = key.use_to_note(now).filter(|_| grant.is_some())
            && let Err(error) = self.store.note_use(digest, hour).await
        {
            tracing::warn!(%error, "the use of an API key could not be noted");
        }
        Ok(grant)
    }
}
