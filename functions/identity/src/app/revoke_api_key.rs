//! A key is good for nothing any more.

use ids::ApiKeyId;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, KeyOwner};

impl App {
    pub(crate) async fn revoke_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        key: ApiKeyId,
    ) -> Result<(), AppError> {
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            let now = self.clock.now();
            let (version, ring) = self.store.keyring(owner).await?;
            let (ring, gone) = ring.remove(key, now)?;
            let entry = Entry::new(Event::ApiKeyRevoked, &who.origin, now).about(key);
            let transaction =
                self.store.transaction(now).keyring(owner, version, &ring)?.revoke(&gone.digest);
            Ok((transaction.audit(who.account, &entry)?.by(&present), ()))
        })
        .await
    }
}
