//! The market lets a shop sell.

use super::{Actor, App, Trouble};
use crate::store::Kept;

impl App {
    /// Lets a shop sell.
    pub async fn approve_shop(&self, actor: &Actor) -> Result<Kept, Trouble> {
        self.change(actor, None, |shop, now| shop.approve(now)).await
    }
}
