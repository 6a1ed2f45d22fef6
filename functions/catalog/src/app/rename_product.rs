//! A product is called something, in one language.

use super::{App, AppError, Target};
use crate::domain::{Locale, Slug, Title};
use crate::store::Kept;

impl App {
    /// Gives the product a title in a language, and a slug if one is said.
    pub async fn rename_product(
        &self,
        target: Target,
        locale: Locale,
        title: Title,
        slug: Option<Slug>,
    ) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| {
            product.rename(locale.clone(), title.clone(), slug.clone(), now)
        })
        .await
    }
}
