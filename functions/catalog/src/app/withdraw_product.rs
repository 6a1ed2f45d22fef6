//! A proposal is taken back, or sent back.

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Makes the product a draft again.
    pub async fn withdraw_product(&self, target: Target) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.withdraw(now)).await
    }
}
