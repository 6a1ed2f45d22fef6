//! What has happened to an account, for its owner.

use dynamo::Cursor;

use super::{App, AppError, Who};
use crate::domain::Entry;

impl App {
    /// A page of the trail of whoever asks, newest first.
    pub async fn list_events(
        &self,
        who: &Who,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Entry>, Option<Cursor>), AppError> {
        self.present(who).await?;
        Ok(self.store.trail(who.account, limit, after).await?)
    }
}
