//! Categories: a small tree that is read whole and decided about whole.
//!
//! Invariants: at most five deep and a thousand in all; a slug is one category's in each language;
//! a category never moves, so that the paths which products keep stay true.

use std::collections::BTreeMap;

use ids::CategoryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Locale, Refusal, Slug, Title};

/// How many levels the tree has.
pub const DEEPEST: usize = 5;
/// How many categories there are: a tree that fits into one page of one query.
pub const MOST_CATEGORIES: usize = 1000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategoryId>,
    /// The language that every reader gets who cannot be given a better one.
    pub locale: Locale,
    pub translations: BTreeMap<Locale, CategoryWords>,
}

/// What a category is called in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryWords {
    /// Its name.
    pub title: Title,
    /// The last part of its address.
    pub slug: Slug,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<CategoryId, Category>);

impl Tree {
    pub fn of(categories: impl IntoIterator<Item = Category>) -> Tree {
        Tree(categories.into_iter().map(|category| (category.id, category)).collect())
    }

    /// Every category, the oldest first.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.0.values()
    }

    pub fn get(&self, id: CategoryId) -> Result<&Category, Refusal> {
        self.0.get(&id).ok_or(Refusal::NoSuchCategory { category: id })
    }

    pub fn path(&self, id: CategoryId) -> Result<Vec<CategoryId>, Refusal> {
        let mut path = vec![id];
        let mut next = self.get(id)?.parent;
        while let Some(parent) = next.filter(|_| path.len() <= DEEPEST) {
            path.push(parent);
            next = self.get(parent)?.parent;
        }
        path.reverse();
        Ok(path)
    }

    /// The category with this slug in any language: files name categories as people do.
    pub fn by_slug(&self, slug: &str) -> Option<&Category> {
        self.0
            .values()
            .find(|category| category.translations.values().any(|words| words.slug.as_str() == slug))
    }

    pub fn create(
        &mut self,
        id: CategoryId,
        parent: Option<CategoryId>,
        locale: Locale,
        words: CategoryWords,
    ) -> Result<&Category, Refusal> {
        if self.0.len() >= MOST_CATEGORIES {
            return Err(Refusal::TooMany { what: "categories", most: MOST_CATEGORIES });
        }
        if parent.map(|parent| self.path(parent)).transpose()?.is_some_and(|path| path.len() >= DEEPEST) {
            return Err(Refusal::TooDeep { most: DEEPEST });
        }
        self.free(id, &locale, &words.slug)?;
        let translations = BTreeMap::from([(locale.clone(), words)]);
        Ok(self.0.entry(id).or_insert(Category { id, parent, locale, translations }))
    }

    pub fn rename(
        &mut self,
        id: CategoryId,
        locale: Locale,
        words: CategoryWords,
    ) -> Result<&Category, Refusal> {
        self.get(id)?;
        self.free(id, &locale, &words.slug)?;
        let most = super::product::MOST_LOCALES;
        let category = self.0.get_mut(&id).ok_or(Refusal::NoSuchCategory { category: id })?;
        if category.translations.len() >= most && !category.translations.contains_key(&locale) {
            return Err(Refusal::TooMany { what: "languages", most });
        }
        category.translations.insert(locale, words);
        Ok(category)
    }

    fn free(&self, id: CategoryId, locale: &Locale, slug: &Slug) -> Result<(), Refusal> {
        let others = self.0.values().filter(|category| category.id != id);
        let mut slugs =
            others.filter_map(|category| category.translations.get(locale)).map(|words| &words.slug);
        match slugs.any(|taken| taken == slug) {
            true => Err(Refusal::SlugTaken { locale: locale.clone(), slug: slug.clone() }),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    fn id(n: u128) -> CategoryId {
        CategoryId::from_uuid(Uuid::from_u128(n))
    }

    fn words(slug: &str) -> CategoryWords {
        CategoryWords { title: slug.parse().unwrap(), slug: slug.parse().unwrap() }
    }

    fn en() -> Locale {
        "en".parse().unwrap()
    }

    #[test]
    fn a_tree_is_at_most_five_deep() {
        let mut tree = Tree::default();
        tree.create(id(1), None, en(), words("c1")).unwrap();
        for n in 2..=5 {
            tree.create(id(n), Some(id(n - 1)), en(), words(&format!("c{n}"))).unwrap();
        }
        assert_eq!(
            tree.create(id(6), Some(id(5)), en(), words("c6")),
            Err(Refusal::TooDeep { most: DEEPEST })
        );
        assert_eq!(tree.path(id(5)).unwrap(), [1, 2, 3, 4, 5].map(id));
        assert_eq!(tree.path(id(9)), Err(Refusal::NoSuchCategory { category: id(9) }));
        assert_eq!(
            tree.create(id(6), Some(id(9)), en(), words("c6")).unwrap_err().code(),
            "no_such_category"
        );
    }

    #[test]
    fn a_slug_is_one_categorys_in_each_language() {
        let mut tree = Tree::default();
        tree.create(id(1), None, en(), words("mugs")).unwrap();
        assert_eq!(tree.create(id(2), None, en(), words("mugs")).unwrap_err().code(), "slug_taken");
        tree.create(id(2), None, "de".parse().unwrap(), words("mugs")).unwrap();
        assert_eq!(tree.rename(id(2), en(), words("mugs")).unwrap_err().code(), "slug_taken");
        tree.rename(id(1), en(), words("mugs")).unwrap();
        assert_eq!(tree.by_slug("mugs").map(|category| category.id), Some(id(1)));
        assert!(tree.rename(id(3), en(), words("cups")).is_err());
    }
}
