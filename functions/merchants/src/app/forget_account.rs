//! An account is no more: neither are its places.

use ids::{AccountId, MerchantId};

use super::change::won;
use super::{App, AppError};
use crate::store::Change;

impl App {
    /// Ends everything that an account was in any shop. Being told twice finds nothing the second
    /// time, so no receipt is needed: what is gone cannot go again.
    pub async fn forget_account(&self, account: AccountId) -> Result<(), AppError> {
        for place in self.store.places_of(account).await? {
            self.forget_in(place.merchant, account).await?;
        }
        Ok(())
    }

    async fn forget_in(&self, merchant: MerchantId, account: AccountId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.shop(merchant).await? else { return Ok(()) };
            let (mut shop, now) = (old.shop.clone(), self.clock.now());
            let facts = shop.forget(account, now)?;
            if facts.is_empty() {
                return Ok(());
            }
            let change = Change { old: Some(&old), new: &shop, facts, at: now, beside: Vec::new() };
            if won(self.store.save(change).await)?.is_some() {
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
