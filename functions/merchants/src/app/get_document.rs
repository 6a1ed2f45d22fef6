//! Reading a paper: by a link that lasts as long as somebody needs to click on it.

use std::time::Duration;

use blob::{GetTerms, Link};
use ids::DocumentId;

use super::{Actor, App, AppError};
use crate::store::objects;

/// How long the link lasts.
const LASTS: Duration = Duration::from_secs(5 * 60);

impl App {
    /// A link for the shop's owner.
    pub async fn get_document(&self, actor: &Actor, id: DocumentId) -> Result<Link, AppError> {
        let document = actor.kept.shop.received_document(id)?;
        let key = objects::document(actor.merchant, id);
        let name = format!("{id}.{}", document.file.extension());
        // Under a name of its own it is saved and not shown: no paper runs in anybody's browser.
        let content_type = document.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: Some(&name), expires: LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?)
    }

    /// A link for the market, which reads the papers of every shop.
    pub async fn inspect_document(&self, actor: &Actor, id: DocumentId) -> Result<Link, AppError> {
        self.get_document(actor, id).await
    }
}
