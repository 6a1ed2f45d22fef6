//! The shelves of the market: put up, and called something in one language after another. Hand-written
//! loops, because the tree is many items under one version.

use dynamo::{Receipt, Versioned};
use failure::Failure;
use ids::CategoryId;

use super::{App, AppError};
use crate::domain::{Category, CategoryWords, Locale, Refusal};

impl App {
    /// Adds a category to the tree. A lost race is decided again on the tree as it is then.
    pub async fn create_category(
        &self,
        parent: Option<CategoryId>,
        (locale, words): (Locale, CategoryWords),
        receipt: Receipt<Category>,
    ) -> Result<Category, AppError> {
        let id = CategoryId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let mut loaded = self.store.categories(true).await?;
            let category = loaded.body.create(id, parent, locale.clone(), words.clone())?;
            let beside = vec![receipt.write(category)?];
            if self.store.save_category(loaded.version, category, self.clock.now(), beside).await? {
                return Ok(category.clone());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Renames a category, or gives it a name in one more language. The version is the tree's.
    pub async fn rename_category(
        &self,
        id: CategoryId,
        locale: &Locale,
        words: CategoryWords,
        seen: Option<u64>,
    ) -> Result<Versioned<Category>, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let mut loaded = self.store.categories(true).await?;
            loaded.is_seen(seen)?;
            loaded.body.get(id).map_err(|_| Refusal::NoCategory)?;
            let category = loaded.body.rename(id, locale.clone(), words.clone())?;
            if self.store.save_category(loaded.version, category, self.clock.now(), Vec::new()).await? {
                return Ok(Versioned { version: loaded.version + 1, body: category.clone() });
            }
        }
        Err(Failure::overtaken().into())
    }
}
