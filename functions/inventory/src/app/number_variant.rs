//! Other systems know a variant by a number from now on.

use dynamo::Heard;
use facts::catalog::VariantNumbered;

use super::{App, AppError};

impl App {
    /// Writes the number onto the card, and where it is looked up. The catalog gives a number to one
    /// variant for ever, so it does not matter which of two is heard first.
    pub async fn number_variant(&self, fact: &str, numbered: &VariantNumbered) -> Result<Heard, AppError> {
        let VariantNumbered { variant, numeric_sku, .. } = *numbered;
        Ok(self.store.number(variant, numeric_sku, fact, self.clock.now()).await?)
    }
}
