//! The market finds somebody to answer for a shop.

use ids::AccountId;

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Makes an account an owner of a shop, whether it worked there before or not.
    pub async fn appoint_owner(&self, actor: &Actor, account: AccountId) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.appoint_owner(account, now)).await
    }
}
