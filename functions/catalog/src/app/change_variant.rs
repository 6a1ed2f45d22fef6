//! Something else is said of a variant.

use ids::VariantId;

use super::{App, AppError, Target};
use crate::domain::VariantWords;
use crate::store::Kept;

impl App {
    /// Says something else of a variant.
    pub async fn change_variant(
        &self,
        target: Target,
        variant: VariantId,
        words: VariantWords,
    ) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.change_variant(variant, words.clone(), now)).await
    }
}
