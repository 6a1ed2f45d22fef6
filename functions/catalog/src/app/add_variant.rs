//! A product gets one more thing that can be bought.

use ids::VariantId;

use super::{App, AppError, Sign, Target};
use crate::domain::VariantWords;
use crate::store::Kept;

impl App {
    /// Adds a variant and tells of it.
    pub async fn add_variant(
        &self,
        target: Target,
        words: VariantWords,
        sign: Sign<'_, Kept>,
    ) -> Result<Kept, AppError> {
        let id = VariantId::mint(&self.mint);
        self.change(target, Some(sign), |product, now| product.add_variant(id, words.clone(), now)).await
    }
}
