//! The keys of an owner, without the keys.

use super::{App, AppError, Who};
use crate::domain::{ApiKey, KeyOwner};

impl App {
    /// The keys of an owner that are alive.
    pub(crate) async fn list_api_keys(&self, who: &Who, owner: KeyOwner) -> Result<Vec<ApiKey>, AppError> {
        self.may_hold_keys(who, owner).await?;
        let (_, ring) = self.store.keyring(owner).await?;
        Ok(self.store.api_keys(&ring.at(self.clock.now())).await?)
    }
}
