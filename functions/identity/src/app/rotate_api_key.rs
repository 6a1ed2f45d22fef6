//! A key gets a successor, and finishes its work.

use ids::{ApiKeyId, MerchantId};

use super::{App, AppError, MadeKey, Sign, Who};
use crate::domain::{Entry, Event, Hours, KeyOwner, KeyRefusal};
use crate::tokens::{api_key, random};

impl App {
    /// Replaces a key of whoever asks; the old one is good for a while longer.
    pub async fn rotate_api_key(
        &self,
        who: &Who,
        key: ApiKeyId,
        overlap: Hours,
        sign: Sign<'_, MadeKey>,
    ) -> Result<(), AppError> {
        self.replace_key(who, KeyOwner::Account(who.account), key, overlap, sign).await
    }

    /// Replaces a key of a shop; the old one is good for a while longer.
    pub async fn rotate_shop_api_key(
        &self,
        who: &Who,
        merchant: MerchantId,
        key: ApiKeyId,
        overlap: Hours,
        sign: Sign<'_, MadeKey>,
    ) -> Result<(), AppError> {
        self.replace_key(who, KeyOwner::Shop(merchant), key, overlap, sign).await
    }

    async fn replace_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        old: ApiKeyId,
        overlap: Hours,
        sign: Sign<'_, MadeKey>,
    ) -> Result<(), AppError> {
        let (id, nonce) = (ApiKeyId::mint(&self.mint), hex::encode(random()?));
        let secret = api_key(&self.secrets.seal().await?, id, &nonce, None).ok_or(AppError::Busy)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let present = self.may_hold_keys(who, owner).await?;
            let now = self.clock.now();
            let (version, ring) = self.store.keyring(owner).await?;
            let listed = ring.find(old, now)?;
            let found = self.store.api_key(&listed.digest).await?.ok_or(KeyRefusal::NoSuchKey)?;
            if found.is_for_admins() && !present.account.is_admin() {
                return Err(KeyRefusal::ForAdmins.into());
            }
            let key = found.successor(id, secret.prefix(), ring.tier, who.account, now);
            let (ring, retired) = ring.replace(old, overlap, &key, secret.digest(), now)?;
            let entry = Entry::new(Event::ApiKeyRotated, &who.origin, now).about(old);
            let transaction = self.store.transaction(now).keyring(owner, version, &ring)?.retire(&retired);
            let transaction = transaction.api_key(&secret.digest(), &key)?.audit(who.account, &entry)?;
            let made = MadeKey { key, nonce: nonce.clone() };
            let transaction = transaction.sign(sign(&made).map_err(AppError::Door)?).by(&present);
            if self.store.commit(transaction).await?.is_ok() {
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
