//! The market ends a shop.

use super::{Actor, App, AppError};
use crate::domain::Note;
use crate::store::Kept;

impl App {
    /// Ends a shop, for a reason. There is no way back.
    pub async fn shut_down_shop(&self, actor: &Actor, note: Note) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.shut_down(note.clone(), now)).await
    }
}
