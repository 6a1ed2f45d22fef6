//! A key gets a successor, and finishes its work.

use dynamo::Receipt;
use failure::Failure;
use ids::ApiKeyId;

use super::{App, AppError, MadeKey, Who};
use crate::domain::{Entry, Event, Hours, KeyOwner, KeyRefusal};
use crate::tokens::{api_key, random};

impl App {
    /// Replaces a key; the old one is good for a while longer.
    pub(crate) async fn rotate_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        old: ApiKeyId,
        overlap: Hours,
        receipt: Receipt<MadeKey>,
    ) -> Result<MadeKey, AppError> {
        let (id, nonce) = (ApiKeyId::mint(&self.mint), hex::encode(random()?));
        let secret = api_key(&self.secrets.seal().await?, id, &nonce, None).ok_or_else(Failure::overtaken)?;
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            let now = self.clock.now();
            let (version, ring) = self.store.keyring(owner).await?;
            let listed = ring.find(old, now)?;
            let found = self.store.api_key(&listed.digest).await?.ok_or(KeyRefusal::NoSuchKey)?;
            if found.is_for_admins() && !present.known.body.is_admin() {
                return Err(KeyRefusal::ForAdmins.into());
            }
            let key = found.successor(id, secret.prefix(), ring.tier, who.account, now);
            let (ring, retired) = ring.replace(old, overlap, &key, secret.digest(), now)?;
            let entry = Entry::new(Event::ApiKeyRotated, &who.origin, now).about(old);
            let transaction = self.store.transaction(now).keyring(owner, version, &ring)?.retire(&retired);
            let transaction = transaction.api_key(&secret.digest(), &key)?.audit(who.account, &entry)?;
            let made = MadeKey { key, nonce: nonce.clone() };
            let transaction = transaction.sign(receipt.write(&made)?).by(&present);
            Ok((transaction, made))
        })
        .await
    }
}
