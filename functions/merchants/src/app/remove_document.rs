//! A shop takes a paper back.

use ids::DocumentId;

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Takes a paper back that nobody has decided on. The file itself is deleted by whoever hears of it.
    pub async fn remove_document(&self, actor: &Actor, document: DocumentId) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.remove_document(document, now)).await
    }
}
