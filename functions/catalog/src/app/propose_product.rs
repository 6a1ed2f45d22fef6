//! A draft is handed to a manager.

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Proposes the product.
    pub async fn propose_product(&self, target: Target) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.propose(now)).await
    }
}
