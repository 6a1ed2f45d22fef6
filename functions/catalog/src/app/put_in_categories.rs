//! A product is put onto its shelves.

use ids::CategoryId;

use super::{App, AppError, Target};
use crate::domain::Refusal;
use crate::store::Kept;

impl App {
    /// Puts the product into these categories and into no others.
    pub async fn put_in_categories(
        &self,
        target: Target,
        categories: Vec<CategoryId>,
    ) -> Result<Kept, AppError> {
        let paths = self.paths(&categories).await?;
        self.change(target, None, |product, now| product.put_in_categories(paths.clone(), now)).await
    }

    /// The ways from the root to these categories. One that was created a moment ago may be
    /// missing from a cheap reading, so the tree is read as it was last written.
    pub(super) async fn paths(&self, categories: &[CategoryId]) -> Result<Vec<Vec<CategoryId>>, AppError> {
        if categories.is_empty() {
            return Ok(Vec::new());
        }
        let tree = self.store.categories(true).await?.tree;
        let paths: Result<_, Refusal> = categories.iter().map(|category| tree.path(*category)).collect();
        Ok(paths?)
    }
}
