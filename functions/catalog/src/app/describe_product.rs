//! Something is said of a product, in one language.

use super::{App, AppError, Target};
use crate::domain::{Description, Locale};
use crate::store::Kept;

impl App {
    /// Describes the product in a language that it has a title in, or stops doing so.
    pub async fn describe_product(
        &self,
        target: Target,
        locale: Locale,
        description: Option<Description>,
    ) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.describe(locale.clone(), description.clone(), now))
            .await
    }
}
