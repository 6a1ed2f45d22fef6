//! What every change of a product has in common: read it, let a decision be made about it, save
//! what came of it, and do so again if somebody else was faster.

use ids::ProductId;
use jiff::Timestamp;

use super::{App, AppError, Sign, Target};
use crate::domain::{Decided, Product, Refusal, Standing};
use crate::store::{Change, Kept, Unsaved};

impl App {
    /// Changes a product as `decide` says. Whoever has seen another version than there is now, is
    /// told so and nothing is changed; whoever has not said what they saw, gets the decision made
    /// on what there is.
    pub(super) async fn change(
        &self,
        target: Target,
        sign: Option<Sign<'_, Kept>>,
        decide: impl Fn(&mut Product, Timestamp) -> Decided,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let old = self.target(target).await?;
            let now = self.clock.now();
            let mut product = old.product.clone();
            let facts = decide(&mut product, now)?;
            self.may_claim(&old.product, &product).await?;
            let new = Kept { product, version: old.version + 1 };
            let signed = sign.map(|sign| sign(&new)).transpose().map_err(AppError::Door)?;
            let beside = signed.into_iter().collect();
            let change = Change { old: Some(&old), new: &new.product, facts, at: now, beside };
            match self.store.save(change).await {
                Ok(_) => return Ok(new),
                Err(Unsaved::Overtaken) => continue,
                Err(Unsaved::Refused(refusal)) => return Err(refusal.into()),
                Err(Unsaved::Table(error)) => return Err(error.into()),
            }
        }
        Err(AppError::Busy)
    }

    /// The product that is meant, as it was last written. Another merchant's is as unknown as one
    /// that is not there.
    pub(super) async fn target(&self, target: Target) -> Result<Kept, AppError> {
        let kept = self.load(target.product).await?;
        if target.merchant.is_some_and(|merchant| merchant != kept.product.merchant) {
            return Err(AppError::NoSuchProduct);
        }
        match target.seen {
            Some(seen) if seen != kept.version => Err(AppError::Stale { seen, is: kept.version }),
            _ => Ok(kept),
        }
    }

    /// Whether the shop may claim what an edit claims. A publication has asked how the shop stands.
    async fn may_claim(&self, old: &Product, new: &Product) -> Result<(), AppError> {
        if old.state != new.state || !new.claims_more_than(Some(old)) {
            return Ok(());
        }
        match self.store.standing(new.merchant).await? {
            Standing::Open => Ok(()),
            Standing::Halted | Standing::Closed => Err(Refusal::ShopNotOpen.into()),
        }
    }

    async fn load(&self, product: ProductId) -> Result<Kept, AppError> {
        self.store.product(product).await?.ok_or(AppError::NoSuchProduct)
    }
}
