//! Who works in which shop, as `merchants` says it: a copy for tokens.

use dynamo::Heard;
use facts::merchants::MerchantRole;
use ids::{AccountId, MerchantId};

use super::{App, Trouble};
use crate::domain::{Entry, Event, KeyOwner};

impl App {
    /// Somebody works in a shop, in this role from now on.
    pub async fn join_shop(
        &self,
        fact: &str,
        account: AccountId,
        merchant: MerchantId,
        role: MerchantRole,
    ) -> Result<(), Trouble> {
        self.change_membership(fact, account, merchant, Some(role)).await
    }

    /// Somebody does not work in a shop any more.
    pub async fn leave_shop(
        &self,
        fact: &str,
        account: AccountId,
        merchant: MerchantId,
    ) -> Result<(), Trouble> {
        self.change_membership(fact, account, merchant, None).await
    }

    /// A shop is no more: nobody works there, and its keys open nothing.
    pub async fn close_shop(&self, fact: &str, merchant: MerchantId) -> Result<(), Trouble> {
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
        let mut race = self.store.race();
        while race.goes_on().await {
            let (version, ring) = self.store.keyring(owner).await?;
            if version == 0 {
                return Ok(());
            }
            let deed = self.store.deed(self.clock.now());
            let deed = ring.keys.iter().fold(deed, |deed, key| deed.revoke(&key.digest));
            if self.store.carry_out(deed.no_keyring(owner, version)).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Trouble::Busy)
    }

    /// The role that somebody has in a shop from now on. Nobody there, or nobody any more, is no
    /// reason to hear the fact again.
    async fn change_membership(
        &self,
        fact: &str,
        account: AccountId,
        merchant: MerchantId,
        role: Option<MerchantRole>,
    ) -> Result<(), Trouble> {
        let mut race = self.store.race();
        while race.goes_on().await {
            let now = self.clock.now();
            let deed = self.store.deed(now);
            let found = self.store.account(account).await?;
            let open = found.filter(|(_, account)| account.closed_at.is_none());
            let deed = match (open, role) {
                (Some((version, mut account)), role) => {
                    let (event, deed) = match role {
                        Some(_) => (Event::ShopJoined, deed.join(merchant, account.id)?),
                        None => (Event::ShopLeft, deed.leave(merchant, account.id)),
                    };
                    match role {
                        Some(role) => account.shops.insert(merchant, role),
                        None => account.shops.remove(&merchant),
                    };
                    let entry = Entry::new(event, &Default::default(), now).about(merchant);
                    deed.account(version, &account)?.audit(account.id, &entry)?
                }
                (None, _) => {
                    observe::count("memberships_of_nobody", 1);
                    deed.leave(merchant, account)
                }
            };
            match self.store.carry_out_once(fact, deed).await? {
                Ok(Heard::Now | Heard::Before) => return Ok(()),
                Err(_) => {}
            }
        }
        Err(Trouble::Busy)
    }
}
