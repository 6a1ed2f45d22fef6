//! What lies around a closed account, and says something about a person, is swept.

use ids::AccountId;

use super::{App, AppError};

impl App {
    /// Sweeps sessions and trail until nothing is left of them. An account that is open is left alone.
    pub async fn sweep_account(&self, account: AccountId) -> Result<(), AppError> {
        let found = self.store.account(account).await?;
        if found.is_none_or(|found| found.body.closed_at.is_none()) {
            observe::count("accounts_not_swept", 1);
            return Ok(());
        }
        while self.store.sweep(account).await? {}
        Ok(())
    }
}
