//! Reading a paper: by a link that lasts as long as somebody needs to click on it.

use std::time::Duration;

use ids::DocumentId;
use jiff::Timestamp;

use super::{Actor, App, Trouble};
use crate::store::objects;

/// How long the link lasts.
const LASTS: Duration = Duration::from_secs(5 * 60);

impl App {
    /// A link for the shop's owner, and until when it lasts.
    pub async fn get_document(&self, actor: &Actor, id: DocumentId) -> Result<(String, Timestamp), Trouble> {
        let document = actor.kept.shop.received_document(id)?;
        let (key, now) = (objects::document(actor.merchant, id), self.clock.now());
        let name = format!("{id}.{}", document.file.extension());
        // Under a name of its own it is saved and not shown: no paper runs in anybody's browser.
        let link = self.bucket()?.presign_get(&key, LASTS, Some(&name), now).await?;
        Ok((link.url, now + LASTS))
    }

    /// A link for the market, which reads the papers of every shop.
    pub async fn inspect_document(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<(String, Timestamp), Trouble> {
        self.get_document(actor, id).await
    }
}
