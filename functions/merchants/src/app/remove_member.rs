//! An owner lets somebody go.

use ids::AccountId;

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Takes somebody's place away.
    pub async fn remove_member(&self, actor: &Actor, account: AccountId) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.remove_member(account, now)).await
    }
}
