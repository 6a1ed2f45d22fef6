//! The keys of programs: an owner makes, replaces and revokes them, and other rooms ask what one grants.

use auth::KeyGrant;
use dynamo::Receipt;
use facts::merchants::MerchantRole;
use failure::Failure;
use ids::ApiKeyId;

use super::{App, AppError, Who};
use crate::domain::{ApiKey, Entry, Event, Hours, KeyOwner, Refusal, Wish};
use crate::store::Present;
use crate::tokens::{api_key, random};

/// A key that was made, with what it takes to show it.
#[derive(Clone, Debug)]
pub struct MadeKey {
    pub key: ApiKey,
    /// From what, together with a secret of the vault, the key itself follows.
    pub nonce: String,
}

impl App {
    pub(crate) async fn list_api_keys(&self, who: &Who, owner: KeyOwner) -> Result<Vec<ApiKey>, AppError> {
        self.may_hold_keys(who, owner).await?;
        let ring = self.store.keyring(owner).await?.body;
        Ok(self.store.api_keys(&ring.at(self.clock.now())).await?)
    }

    pub(crate) async fn create_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        wish: Wish,
        receipt: Receipt<MadeKey>,
    ) -> Result<MadeKey, AppError> {
        let (id, nonce, secret) = self.new_key().await?;
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            wish.judge(present.known.body.is_admin())?;
            let now = self.clock.now();
            let ring = self.store.keyring(owner).await?;
            let tier = ring.body.tier;
            let key = ApiKey::make(id, secret.prefix(), owner, tier, who.account, wish.clone(), now);
            let with_it = ring.body.add(&key, secret.digest(), now)?;
            let entry = Entry::new(Event::ApiKeyCreated, &who.origin, now).about(id);
            let transaction = self.store.transaction(now).keyring(owner, ring.version, &with_it);
            let transaction = transaction.api_key(&secret.digest(), &key).audit(who.account, &entry);
            let made = MadeKey { key, nonce: nonce.clone() };
            Ok((transaction.receipt(receipt.write(&made)).by(&present), made))
        })
        .await
    }

    /// Replaces a key; the old one is good for a while longer.
    pub(crate) async fn rotate_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        (old, overlap): (ApiKeyId, Hours),
        receipt: Receipt<MadeKey>,
    ) -> Result<MadeKey, AppError> {
        let (id, nonce, secret) = self.new_key().await?;
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            let now = self.clock.now();
            let ring = self.store.keyring(owner).await?;
            let listed = ring.body.find(old, now)?;
            let found = self.store.api_key(&listed.digest).await?.ok_or(Refusal::NoSuchKey)?;
            if found.is_for_admins() && !present.known.body.is_admin() {
                return Err(Refusal::ForAdmins.into());
            }
            let key = found.successor(id, secret.prefix(), ring.body.tier, who.account, now);
            let (with_it, retired) = ring.body.replace(old, overlap, &key, secret.digest(), now)?;
            let entry = Entry::new(Event::ApiKeyRotated, &who.origin, now).about(old);
            let transaction = self.store.transaction(now).keyring(owner, ring.version, &with_it);
            let transaction = transaction.retire(&retired).api_key(&secret.digest(), &key);
            let made = MadeKey { key, nonce: nonce.clone() };
            let transaction = transaction.audit(who.account, &entry).receipt(receipt.write(&made));
            Ok((transaction.by(&present), made))
        })
        .await
    }

    pub(crate) async fn revoke_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        key: ApiKeyId,
    ) -> Result<(), AppError> {
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            let now = self.clock.now();
            let ring = self.store.keyring(owner).await?;
            let (rest, gone) = ring.body.remove(key, now)?;
            let entry = Entry::new(Event::ApiKeyRevoked, &who.origin, now).about(key);
            let transaction = self.store.transaction(now).keyring(owner, ring.version, &rest);
            Ok((transaction.revoke([&gone]).audit(who.account, &entry).by(&present), ()))
        })
        .await
    }

    /// What the key with this digest grants now: `None` if there is no such key any more. Its use is
    /// noted once an hour, and a note that cannot be taken does not stand in its way.
    pub async fn find_key(&self, digest: &str) -> Result<Option<KeyGrant>, AppError> {
        let Some(key) = self.store.api_key(digest).await? else { return Ok(None) };
        let now = self.clock.now();
        // What only an admin gives is good for as long as who gave it is one.
        let is_good = !key.is_for_admins()
            || self.store.account(key.created_by).await?.is_some_and(|found| found.body.is_admin());
        let grant = key.grant(now).filter(|_| is_good);
        if let Some(hour) = key.use_to_note(now).filter(|_| grant.is_some())
            && let Err(error) = self.store.note_use(digest, hour).await
        {
            tracing::warn!(%error, "the use of an API key could not be noted");
        }
        Ok(grant)
    }

    async fn new_key(&self) -> Result<(ApiKeyId, String, auth::ApiKey), AppError> {
        let (id, nonce) = (ApiKeyId::mint(&self.mint), hex::encode(random()?));
        let key = api_key(&self.secrets.seal().await?, id, &nonce, None).ok_or_else(Failure::overtaken)?;
        Ok((id, nonce, key))
    }

    /// The keys of an account are held by its owner with a confirmed e-mail; those of a shop by who decides
    /// there now, whatever the token says. A key is made on the condition that it stays so, or it would
    /// outlive an account that is closed meanwhile.
    async fn may_hold_keys(&self, who: &Who, owner: KeyOwner) -> Result<Present, AppError> {
        let present = self.present(who).await?;
        let account = &present.known.body;
        if !account.is_confirmed() {
            return Err(Refusal::Unconfirmed.into());
        }
        let decides =
            |merchant| account.shops.get(merchant).is_some_and(|role| *role >= MerchantRole::Manager);
        match owner {
            KeyOwner::Shop(merchant) if !decides(&merchant) => Err(Refusal::NotAManager.into()),
            _ => Ok(present),
        }
    }
}
