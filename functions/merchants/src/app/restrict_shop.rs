//! The market stops a shop for now.

use super::{Actor, App, AppError};
use crate::domain::{Note, Restriction};
use crate::store::Kept;

impl App {
    /// Stops a shop, for a reason.
    pub async fn restrict_shop(
        &self,
        actor: &Actor,
        reason: Restriction,
        note: Note,
    ) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.restrict(reason, note.clone(), now)).await
    }
}
