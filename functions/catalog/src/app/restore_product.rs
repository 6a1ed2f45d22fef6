//! An archived product begins anew.

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Makes the product a draft again.
    pub async fn restore_product(&self, target: Target) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.restore(now)).await
    }
}
