//! A variant of a draft is taken away.

use ids::VariantId;

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Takes a variant away, as long as nobody can have ordered it.
    pub async fn remove_variant(&self, target: Target, variant: VariantId) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.remove_variant(variant, now)).await
    }
}
