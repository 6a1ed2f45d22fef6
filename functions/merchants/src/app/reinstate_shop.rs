//! The market lets a shop sell again.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Lets a shop sell again.
    pub async fn reinstate_shop(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.reinstate(now)).await
    }
}
