//! The keys of an owner, without the keys.

use ids::MerchantId;

use super::{App, AppError, Who};
use crate::domain::{ApiKey, KeyOwner};

impl App {
    /// The keys of whoever asks that are alive.
    pub async fn list_api_keys(&self, who: &Who) -> Result<Vec<ApiKey>, AppError> {
        self.keys_of(who, KeyOwner::Account(who.account)).await
    }

    /// The keys of a shop that are alive.
    pub async fn list_shop_api_keys(&self, who: &Who, merchant: MerchantId) -> Result<Vec<ApiKey>, AppError> {
        self.keys_of(who, KeyOwner::Shop(merchant)).await
    }

    async fn keys_of(&self, who: &Who, owner: KeyOwner) -> Result<Vec<ApiKey>, AppError> {
        self.may_hold_keys(who, owner).await?;
        let (_, ring) = self.store.keyring(owner).await?;
        Ok(self.store.api_keys(&ring.at(self.clock.now())).await?)
    }
}
