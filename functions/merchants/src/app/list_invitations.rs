//! The places that a shop has offered.

use dynamo::Cursor;

use super::{Actor, App, AppError};
use crate::domain::Invitation;

impl App {
    /// A page of them, newest first, what became of each included.
    pub async fn list_invitations(
        &self,
        actor: &Actor,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Invitation>, Option<Cursor>), AppError> {
        Ok(self.store.invitations_page(actor.merchant, limit, after).await?)
    }
}
