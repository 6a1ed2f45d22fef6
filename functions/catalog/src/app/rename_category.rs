//! A shelf of the market is called something, in one language.

use failure::Failure;
use ids::CategoryId;

use super::{App, AppError};
use crate::domain::{Category, CategoryWords, Locale, Refusal};

#[derive(Clone, Debug)]
pub struct RenameCategory {
    pub category: CategoryId,
    pub locale: Locale,
    pub words: CategoryWords,
    /// The version of the tree that the person has seen, if one was said.
    pub seen: Option<u64>,
}

impl App {
    /// Renames a category, or gives it a name in one more language. Answers with the tree's version.
    pub async fn rename_category(&self, command: RenameCategory) -> Result<(Category, u64), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let mut loaded = self.store.categories(true).await?;
            let RenameCategory { category, locale, words, seen } = command.clone();
            if let Some(seen) = seen.filter(|seen| *seen != loaded.version) {
                return Err(Failure::Stale { seen, is: loaded.version }.into());
            }
            loaded.tree.get(category).map_err(|_| Refusal::NoCategory)?;
            let category = loaded.tree.rename(category, locale, words)?;
            if self.store.save_category(loaded.version, category, self.clock.now(), Vec::new()).await? {
                return Ok((category.clone(), loaded.version + 1));
            }
        }
        Err(Failure::overtaken().into())
    }
}
