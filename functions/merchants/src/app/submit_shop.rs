//! A shop asks to be opened. From here on it stays as it is.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Hands a shop to the market, if nothing is missing.
    pub async fn submit_shop(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.submit(now)).await
    }
}
