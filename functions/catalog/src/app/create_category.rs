//! The market gets a new shelf.

use dynamo::Receipt;
use failure::Failure;
use ids::CategoryId;

use super::{App, AppError};
use crate::domain::{Category, CategoryWords, Locale};

#[derive(Clone, Debug)]
pub struct CreateCategory {
    /// The category it lies in; none for a root.
    pub parent: Option<CategoryId>,
    pub locale: Locale,
    pub words: CategoryWords,
}

impl App {
    /// Adds a category to the tree. Whoever loses a race decides again on the tree as it is then.
    pub async fn create_category(
        &self,
        command: CreateCategory,
        receipt: Receipt<Category>,
    ) -> Result<Category, AppError> {
        let id = CategoryId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let mut loaded = self.store.categories(true).await?;
            let CreateCategory { parent, locale, words } = command.clone();
            let category = loaded.tree.create(id, parent, locale, words)?;
            let beside = vec![receipt.write(category)?];
            if self.store.save_category(loaded.version, category, self.clock.now(), beside).await? {
                return Ok(category.clone());
            }
        }
        Err(Failure::overtaken().into())
    }
}
