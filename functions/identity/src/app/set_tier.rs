//! How much the API keys of an owner may ask at once.

use facts::identity::Tier;
use ids::{AccountId, MerchantId};

use super::{App, Sign, Trouble, Who};
use crate::domain::{Entry, Event, KeyOwner};

impl App {
    /// Gives the keys of an account another tier, those that there are and those to come.
    pub async fn set_tier(
        &self,
        admin: &Who,
        account: AccountId,
        tier: Tier,
        sign: Sign<'_, Tier>,
    ) -> Result<(), Trouble> {
        self.open_account(account).await?;
        self.change_tier(admin, KeyOwner::Account(account), tier, sign).await
    }

    /// Gives the keys of a shop another tier.
    pub async fn set_shop_tier(
        &self,
        admin: &Who,
        merchant: MerchantId,
        tier: Tier,
        sign: Sign<'_, Tier>,
    ) -> Result<(), Trouble> {
        self.change_tier(admin, KeyOwner::Shop(merchant), tier, sign).await
    }

    async fn change_tier(
        &self,
        admin: &Who,
        owner: KeyOwner,
        tier: Tier,
        sign: Sign<'_, Tier>,
    ) -> Result<(), Trouble> {
        let word = match tier {
            Tier::Free => "free",
            Tier::Standard => "standard",
            Tier::Business => "business",
        };
        let mut race = self.store.race();
        while race.goes_on().await {
            let now = self.clock.now();
            let (version, ring) = self.store.keyring(owner).await?;
            let mut ring = ring.at(now);
            ring.tier = tier;
            let deed = self.store.deed(now).keyring(owner, version, &ring)?;
            let deed = ring.keys.iter().fold(deed, |deed, key| deed.tier(&key.digest, word));
            let deed = match owner {
                KeyOwner::Account(account) => {
                    let entry = Entry::new(Event::TierChanged, &Default::default(), now);
                    deed.audit(account, &entry.about(word).by(admin.account))?
                }
                // A shop has no trail of its own; the wide event names who did it.
                KeyOwner::Shop(_) => deed,
            };
            let deed = deed.sign(sign(&tier).map_err(Trouble::Door)?);
            if self.store.carry_out(deed).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Trouble::Busy)
    }
}
