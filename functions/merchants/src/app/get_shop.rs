//! Looking at a shop: as everybody sees it, and as its own people and the market do.

use ids::MerchantId;

use super::{Actor, App, AppError};
use crate::domain::Slug;
use crate::store::Kept;

impl App {
    /// A shop that everybody may see.
    pub async fn get_shop(&self, merchant: MerchantId) -> Result<Kept, AppError> {
        let kept = self.store.peek_shop(merchant).await?;
        kept.filter(|kept| kept.shop.state.is_public()).ok_or(AppError::NoSuchShop)
    }

    /// The shop at an address.
    pub async fn get_shop_by_slug(&self, slug: &Slug) -> Result<Kept, AppError> {
        let merchant = self.store.shop_at(slug).await?.ok_or(AppError::NoSuchShop)?;
        self.get_shop(merchant).await
    }

    /// The shop as its own people see it.
    pub fn get_own_shop<'a>(&self, actor: &'a Actor) -> &'a Kept {
        &actor.kept
    }

    /// The shop as the market sees it, with everything that was said of it.
    pub fn inspect_shop<'a>(&self, actor: &'a Actor) -> &'a Kept {
        &actor.kept
    }
}
