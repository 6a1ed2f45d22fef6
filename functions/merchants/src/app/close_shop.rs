//! Its owner closes a shop.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Ends a shop. There is no way back.
    pub async fn close_shop(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.close(now)).await
    }
}
