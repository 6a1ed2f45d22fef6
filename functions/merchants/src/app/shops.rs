//! A shop begins as a draft of the account that opens it, is let in by the market, and loses the people
//! whose accounts end.

use dynamo::{Receipt, Versioned, transition};
use failure::Failure;
use ids::{AccountId, MerchantId};

use super::{Actor, App, AppError};
use crate::domain::{NewShop, Refusal, Shop, Tail};

impl App {
    pub(crate) async fn open_shop(
        &self,
        owner: AccountId,
        new: NewShop,
        receipt: Receipt<Versioned<Shop>>,
    ) -> Result<Versioned<Shop>, AppError> {
        let (id, now) = (MerchantId::mint(&self.mint), self.clock.now());
        let (shop, facts) = Shop::open(id, owner, new, now)?;
        self.store.create_shop(shop, facts, receipt, now).await
    }

    /// Lets a shop sell. From here on its address is its own; where another shop has what it wished for,
    /// it gets the one that is made of its name and its id, and may choose again.
    pub(crate) async fn approve_shop(&self, actor: &Actor) -> Result<Versioned<Shop>, AppError> {
        let mut approved = self.change(actor, Shop::approve).await;
        for tail in [Tail::Short, Tail::Whole] {
            let Err(AppError::Refused(Refusal::SlugTaken)) = approved else { break };
            let fall_back = |shop: &mut Shop, now| {
                shop.wish_for_own_slug(tail);
                shop.approve(now)
            };
            approved = self.change(actor, fall_back).await;
        }
        approved
    }

    /// Ends everything that an account was in any shop. Being told twice finds nothing the second
    /// time, so no receipt is needed: what is gone cannot go again.
    pub(crate) async fn forget_account(&self, account: AccountId) -> Result<(), AppError> {
        for place in self.store.places_of(account).await? {
            self.forget_in(place.merchant, account).await?;
        }
        Ok(())
    }

    /// Hand-written, because where nothing is to be changed nothing is saved.
    async fn forget_in(&self, merchant: MerchantId, account: AccountId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.shop(merchant).await? else { return Ok(()) };
            let (mut shop, now) = (old.body.clone(), self.clock.now());
            let facts = shop.forget(account, now)?;
            if facts.is_empty() {
                return Ok(());
            }
            let writes = transition(self.store.at(merchant), Some(&old), &shop, facts, now)?;
            if self.store.commit(writes).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
