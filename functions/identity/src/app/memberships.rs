//! Who works in which shop, as `merchants` says it: a copy for tokens, and for who may hold its keys.

use facts::merchants::MerchantRole;
use failure::Failure;
use ids::{AccountId, ApiKeyId, MerchantId};

use super::{App, AppError};
use crate::domain::{Entry, Event, KeyOwner};
use crate::store::Transaction;

impl App {
    /// A shop is no more: its members work there no more, and its keys open nothing.
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
        self.again(|| async {
            let ring = self.store.keyring(owner).await?;
            let transaction = self.store.transaction(self.clock.now());
            let gone = transaction.revoke(&ring.body.keys);
            Ok((if ring.version == 0 { gone } else { gone.no_keyring(owner, ring.version) }, ()))
        })
        .await
    }

    /// The role that an account has in a shop from now on. An account that is not there, or is there no
    /// more, is no reason to hear the fact again.
    pub(crate) async fn change_membership(
        &self,
        fact: &str,
        account: AccountId,
        merchant: MerchantId,
        role: Option<MerchantRole>,
    ) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        // A loop of its own, because it commits with the receipt of the fact.
        while attempts.next().await {
            let transaction = self.store.transaction(self.clock.now());
            let now = transaction.now();
            let still_decides = role.is_some_and(|role| role >= MerchantRole::Manager);
            let (transaction, gone) = match still_decides {
                true => (transaction, Vec::new()),
                false => self.without_keys_of(account, merchant, transaction).await?,
            };
            let found = self.store.account(account).await?;
            let transaction = match found.filter(|found| found.body.closed_at.is_none()) {
                None => {
                    observe::count("memberships_of_nobody", 1);
                    transaction.leave(merchant, account)
                }
                Some(known) => {
                    let mut changed = known.body;
                    let (event, transaction) = match role {
                        Some(role) => {
                            changed.shops.insert(merchant, role);
                            (Event::ShopJoined, transaction.join(merchant, account))
                        }
                        None => {
                            changed.shops.remove(&merchant);
                            (Event::ShopLeft, transaction.leave(merchant, account))
                        }
                    };
                    let entry = |event| Entry::new(event, &Default::default(), now);
                    let transaction = transaction.account(known.version, &changed);
                    let transaction = transaction.audit(account, &entry(event).about(merchant));
                    gone.iter().fold(transaction, |transaction, key| {
                        transaction.audit(account, &entry(Event::ApiKeyRevoked).about(key).by(merchant))
                    })
                }
            };
            if self.store.commit_once(fact, transaction).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The keys of a shop that a member made who decides there no more are revoked with the power to
    /// make them: they have seen what opens the door. A key that another has replaced since is the
    /// other's. What is made meanwhile is not overlooked, because the list is held to its version.
    async fn without_keys_of(
        &self,
        account: AccountId,
        merchant: MerchantId,
        transaction: Transaction,
    ) -> Result<(Transaction, Vec<ApiKeyId>), AppError> {
        let owner = KeyOwner::Shop(merchant);
        let ring = self.store.keyring(owner).await?;
        let alive = self.store.api_keys(&ring.body.at(transaction.now())).await?.into_iter();
        let gone: Vec<_> = alive.filter(|key| key.created_by == account).map(|key| key.id).collect();
        if gone.is_empty() {
            return Ok((transaction.same_keyring(owner, ring.version), gone));
        }
        let rest = ring.body.without(&gone, transaction.now());
        let revoked = ring.body.keys.iter().filter(|key| gone.contains(&key.id));
        Ok((transaction.revoke(revoked).keyring(owner, ring.version, &rest), gone))
    }
}
