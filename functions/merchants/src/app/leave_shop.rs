//! Somebody leaves a shop by their own wish.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Gives up one's own place.
    pub async fn leave_shop(&self, actor: &Actor) -> Result<Kept, AppError> {
        let account = actor.person()?;
        self.change(actor, None, |shop, now| shop.remove_member(account, now)).await
    }
}
