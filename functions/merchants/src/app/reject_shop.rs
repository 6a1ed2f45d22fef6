//! The market does not let a shop sell, and says why.

use super::{Actor, App, AppError};
use crate::domain::Note;
use crate::store::Kept;

impl App {
    /// Rejects a shop.
    pub async fn reject_shop(&self, actor: &Actor, note: Note) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.reject(note.clone(), now)).await
    }
}
