//! A shop takes its submission back.

use super::{Actor, App, Trouble};
use crate::store::Kept;

impl App {
    /// Takes a submission back.
    pub async fn withdraw_shop(&self, actor: &Actor) -> Result<Kept, Trouble> {
        self.change(actor, None, |shop, now| shop.withdraw(now)).await
    }
}
