//! The ways in which the variants of a product differ.

use super::{App, AppError, Target};
use crate::domain::OptionGroup;
use crate::store::Kept;

impl App {
    /// Sets the option groups; the variants that are there must fit them.
    pub async fn set_options(&self, target: Target, options: Vec<OptionGroup>) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.set_options(options.clone(), now)).await
    }
}
