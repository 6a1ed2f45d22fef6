//! An account is closed: what lay in its cart is a trace of a person, and goes.

use ids::AccountId;

use super::{App, AppError};
use crate::domain::Owner;

impl App {
    /// Takes the account's cart away. Once or often comes to the same.
    pub async fn close_account(&self, account: AccountId) -> Result<(), AppError> {
        Ok(self.store.forget(Owner::Account(account)).await?)
    }
}
