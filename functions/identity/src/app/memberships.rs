//! Who works in which shop, as `merchants` says it: a copy for tokens, and for who may hold its keys.

use dynamo::Versioned;
use facts::merchants::MerchantRole;
use failure::Failure;
use ids::{AccountId, ApiKeyId, MerchantId};

use super::{App, AppError};
use crate::domain::{Entry, Event, KeyOwner};
use crate::store::Transaction;

impl App {
    /// A shop is no more: nobody works there, and its keys open nothing.
    pub async fn close_shop(&self, fact: &str, merchant: MerchantId) -> Result<(), AppError> {
        loop {
            let (members, more) = self.store.members(merchant).await?;
            for account in &members {
                self.change_membership(&format!("{fact}/{account}"), *account, merchant, None).await?;
            }
            if !more {
                break;
            }
        }
        let owner = KeyOwner::Shop(merchant);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (version, ring) = self.store.keyring(owner).await?;
            if version == 0 {
                return Ok(());
            }
            let transaction = self.store.transaction(self.clock.now());
            let transaction =
                ring.keys.iter().fold(transaction, |transaction, key| transaction.revoke(&key.digest));
            if self.store.commit(transaction.no_keyring(owner, version)).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The role that somebody has in a shop from now on. Nobody there, or nobody any more, is no
    /// reason to hear the fact again.
    pub(crate) async fn change_membership(
        &self,
        fact: &str,
        account: AccountId,
        merchant: MerchantId,
        role: Option<MerchantRole>,
    ) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let transaction = self.store.transaction(now);
            let still_decides = role.is_some_and(|role| role >= MerchantRole::Manager);
            let (transaction, gone) = match still_decides {
                true => (transaction, Vec::new()),
                false => self.without_keys_of(account, merchant, transaction).await?,
            };
            let found = self.store.account(account).await?;
            let open = found.filter(|found| found.body.closed_at.is_none());
            let transaction = match (open, role) {
                (Some(Versioned { version, body: mut account }), role) => {
                    let (event, transaction) = match role {
                        Some(_) => (Event::ShopJoined, transaction.join(merchant, account.id)?),
                        None => (Event::ShopLeft, transaction.leave(merchant, account.id)),
                    };
                    match role {
                        Some(role) => account.shops.insert(merchant, role),
                        None => account.shops.remove(&merchant),
                    };
                    let entry = Entry::new(event, &Default::default(), now).about(merchant);
                    let transaction = transaction.account(version, &account)?.audit(account.id, &entry)?;
                    gone.iter().try_fold(transaction, |transaction, key| {
                        let entry = Entry::new(Event::ApiKeyRevoked, &Default::default(), now);
                        transaction.audit(account.id, &entry.about(key).by(merchant))
                    })?
                }
                (None, _) => {
                    observe::count("memberships_of_nobody", 1);
                    transaction.leave(merchant, account)
                }
            };
            if self.store.commit_once(fact, transaction).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The keys of a shop that somebody made who decides there no more are revoked with the power to
    /// make them: they have seen what opens the door. A key that another has replaced since is the
    /// other's. What is made meanwhile is not overlooked, because the list is held to its version.
    async fn without_keys_of(
        &self,
        account: AccountId,
        merchant: MerchantId,
        transaction: Transaction,
    ) -> Result<(Transaction, Vec<ApiKeyId>), AppError> {
        let owner = KeyOwner::Shop(merchant);
        let (version, ring) = self.store.keyring(owner).await?;
        let made: Vec<_> = self.store.api_keys(&ring.at(transaction.now())).await?;
        let made = made.into_iter().filter(|key| key.created_by == account).map(|key| key.id);
        let gone: Vec<_> = made.collect();
        if gone.is_empty() {
            return Ok((transaction.same_keyring(owner, version), gone));
        }
        let rest = ring.without(&gone, transaction.now());
        let revoked = ring.keys.iter().filter(|key| gone.contains(&key.id));
        let transaction = revoked.fold(transaction, |transaction, key| transaction.revoke(&key.digest));
        Ok((transaction.keyring(owner, version, &rest)?, gone))
    }
}
