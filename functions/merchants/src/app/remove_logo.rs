//! A shop takes its sign down.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Takes the logo down.
    pub async fn remove_logo(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.remove_logo(now)).await
    }
}
