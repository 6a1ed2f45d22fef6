//! An account is no more: neither are its places.

use dynamo::transition;
use failure::Failure;
use ids::{AccountId, MerchantId};

use super::{App, AppError};

impl App {
    /// Ends everything that an account was in any shop. Being told twice finds nothing the second
    /// time, so no receipt is needed: what is gone cannot go again.
    pub(crate) async fn forget_account(&self, account: AccountId) -> Result<(), AppError> {
        for place in self.store.places_of(account).await? {
            self.forget_in(place.merchant, account).await?;
        }
        Ok(())
    }

    /// Hand-written, because where nothing is to be changed nothing is saved.
    async fn forget_in(&self, merchant: MerchantId, account: AccountId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.shop(merchant).await? else { return Ok(()) };
            let (mut shop, now) = (old.body.clone(), self.clock.now());
            let facts = shop.forget(account, now)?;
            if facts.is_empty() {
                return Ok(());
            }
            let writes = transition(self.store.at(merchant), Some(&old), &shop, facts, now)?;
            if self.store.commit(writes).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
