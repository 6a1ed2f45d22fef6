//! How much the API keys of an owner may ask at once.

use facts::identity::Tier;
use ids::{AccountId, MerchantId};
use web::Expected;

use super::{App, Sign, Trouble, Who};
use crate::domain::{Entry, Event, KeyOwner};
use crate::store::Deed;

impl App {
    /// Gives the keys of an account another tier, those that there are and those to come. The tier is
    /// read as something of the account, so it makes the account's next version.
    pub async fn set_tier(
        &self,
        admin: &Who,
        account: AccountId,
        tier: Tier,
        expected: Expected,
        sign: Sign<'_, u64>,
    ) -> Result<(), Trouble> {
        let mut race = self.store.race();
        while race.goes_on().await {
            let ((version, found), ruler) = self.ruled(admin, account).await?;
            expected.check(version).map_err(Trouble::Door)?;
            let deed = self.ring_at_tier(KeyOwner::Account(account), tier).await?;
            let entry = Entry::new(Event::TierChanged, &Default::default(), deed.now());
            let entry = entry.about(word(tier)).by(admin.account);
            let deed = deed.account(version, &found)?.audit(account, &entry)?.by(&ruler);
            let deed = deed.sign(sign(&(version + 1)).map_err(Trouble::Door)?);
            if self.store.carry_out(deed).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Trouble::Busy)
    }

    /// Gives the keys of a shop another tier. A shop has no trail of its own; the wide event names who
    /// did it.
    pub async fn set_shop_tier(
        &self,
        admin: &Who,
        merchant: MerchantId,
        tier: Tier,
        sign: Sign<'_, Tier>,
    ) -> Result<(), Trouble> {
        let mut race = self.store.race();
        while race.goes_on().await {
            let ruler = self.in_charge(admin).await?;
            let deed = self.ring_at_tier(KeyOwner::Shop(merchant), tier).await?.by(&ruler);
            let deed = deed.sign(sign(&tier).map_err(Trouble::Door)?);
            if self.store.carry_out(deed).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Trouble::Busy)
    }

    /// What another tier changes of a ring and of every key on it.
    async fn ring_at_tier(&self, owner: KeyOwner, tier: Tier) -> Result<Deed, Trouble> {
        let now = self.clock.now();
        let (version, ring) = self.store.keyring(owner).await?;
        let mut ring = ring.at(now);
        ring.tier = tier;
        let deed = self.store.deed(now).keyring(owner, version, &ring)?;
        Ok(ring.keys.iter().fold(deed, |deed, key| deed.tier(&key.digest, word(tier))))
    }
}

fn word(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Standard => "standard",
        Tier::Business => "business",
    }
}
