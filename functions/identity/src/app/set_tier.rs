//! How much the API keys of an owner may ask at once.

use dynamo::{Receipt, Versioned};
use facts::identity::Tier;
use ids::{AccountId, MerchantId};

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, KeyOwner};
use crate::store::Transaction;

impl App {
    /// Gives the keys of an account another tier, those that there are and those to come. The tier is
    /// read as something of the account, so it makes the account's next version.
    pub async fn set_tier(
        &self,
        admin: &Who,
        account: AccountId,
        tier: Tier,
        seen: Option<u64>,
        receipt: Receipt<Versioned<Tier>>,
    ) -> Result<Versioned<Tier>, AppError> {
        self.again(|| async {
            let (known, ruler) = self.ruled(admin, account).await?;
            known.is_seen(seen)?;
            let transaction = self.ring_at_tier(KeyOwner::Account(account), tier).await?;
            let entry = Entry::new(Event::TierChanged, &Default::default(), transaction.now());
            let new = Versioned { version: known.version + 1, body: tier };
            let entry = entry.about(word(tier)).by(admin.account);
            let transaction =
                transaction.account(known.version, &known.body)?.audit(account, &entry)?.by(&ruler);
            let transaction = transaction.sign(receipt.write(&new)?);
            Ok((transaction, new))
        })
        .await
    }

    /// Gives the keys of a shop another tier. A shop has no trail of its own; the wide event names who
    /// did it.
    pub async fn set_shop_tier(
        &self,
        admin: &Who,
        merchant: MerchantId,
        tier: Tier,
        receipt: Receipt<Tier>,
    ) -> Result<Tier, AppError> {
        self.again(|| async {
            let ruler = self.in_charge(admin).await?;
            let transaction = self.ring_at_tier(KeyOwner::Shop(merchant), tier).await?.by(&ruler);
            let transaction = transaction.sign(receipt.write(&tier)?);
            Ok((transaction, tier))
        })
        .await
    }

    /// What another tier changes of a ring and of every key on it.
    async fn ring_at_tier(&self, owner: KeyOwner, tier: Tier) -> Result<Transaction, AppError> {
        let now = self.clock.now();
        let (version, ring) = self.store.keyring(owner).await?;
        let mut ring = ring.at(now);
        ring.tier = tier;
        let transaction = self.store.transaction(now).keyring(owner, version, &ring)?;
        Ok(ring.keys.iter().fold(transaction, |transaction, key| transaction.tier(&key.digest, word(tier))))
    }
}

fn word(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Standard => "standard",
        Tier::Business => "business",
    }
}
