//! A shop takes its submission back.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Takes a submission back.
    pub async fn withdraw_shop(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.withdraw(now)).await
    }
}
