//! A proposal is put on the shelves.

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Publishes the product. A shop that is halted in the same moment shows it no more than the rest.
    pub async fn publish_product(&self, target: Target) -> Result<Kept, AppError> {
        let merchant = target.merchant.ok_or(AppError::NoSuchProduct)?;
        let shop = self.store.standing(merchant).await?;
        self.change(target, None, |product, now| product.publish(shop, now)).await
    }
}
