//! A program gets a key of its own.

use dynamo::Receipt;
use facts::merchants::MerchantRole;
use failure::Failure;
use ids::ApiKeyId;

use super::{App, AppError, Who};
use crate::domain::{ApiKey, Entry, Event, KeyOwner, NewKey, Refusal};
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
    pub(crate) async fn create_api_key(
        &self,
        who: &Who,
        owner: KeyOwner,
        what: NewKey,
        receipt: Receipt<MadeKey>,
    ) -> Result<MadeKey, AppError> {
        let (id, nonce) = (ApiKeyId::mint(&self.mint), hex::encode(random()?));
        let secret = api_key(&self.secrets.seal().await?, id, &nonce, None).ok_or_else(Failure::overtaken)?;
        self.again(|| async {
            let present = self.may_hold_keys(who, owner).await?;
            what.judge(present.known.body.is_admin())?;
            let now = self.clock.now();
            let (version, ring) = self.store.keyring(owner).await?;
            let key = ApiKey::make(id, secret.prefix(), owner, ring.tier, who.account, what.clone(), now);
            let ring = ring.add(&key, secret.digest(), now)?;
            let entry = Entry::new(Event::ApiKeyCreated, &who.origin, now).about(id);
            let transaction = self
                .store
                .transaction(now)
                .keyring(owner, version, &ring)?
                .api_key(&secret.digest(), &key)?;
            let made = MadeKey { key, nonce: nonce.clone() };
            let transaction = transaction.audit(who.account, &entry)?.sign(receipt.write(&made)?);
            Ok((transaction.by(&present), made))
        })
        .await
    }

    /// Whether somebody may hold keys for this owner: of their own, whoever has confirmed an e-mail;
    /// of a shop, whoever decides there now, whatever the token says. A key is made on the condition
    /// that it stays so, or it would outlive an account that is closed meanwhile.
    pub(super) async fn may_hold_keys(&self, who: &Who, owner: KeyOwner) -> Result<Present, AppError> {
        let present = self.present(who).await?;
        let account = &present.known.body;
        if !account.is_confirmed() {
            return Err(Refusal::Unconfirmed.into());
        }
        match owner {
            KeyOwner::Account(_) => Ok(present),
            KeyOwner::Shop(merchant) => {
                let role = account.shops.get(&merchant).copied();
                let decides = role.is_some_and(|role| role >= MerchantRole::Manager);
                if decides { Ok(present) } else { Err(Refusal::NotAManager.into()) }
            }
        }
    }
}
