//! A product is taken off the market, by its merchant or by the market.

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Archives the product.
    pub async fn archive_product(&self, target: Target) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.archive(now)).await
    }
}
