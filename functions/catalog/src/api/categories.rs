//! The shelves of the market: public, put up by the people who run it.

use std::collections::BTreeSet;

use axum::extract::State;
use ids::CategoryId;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Admin, Answered, Expected, Id, Json, Once, Tagged};

use super::problems::untitled;
use crate::app::App;
use crate::domain::{Category, CategoryWords, Locale, Slug, Title, Tree, Wanted};

/// All categories, the oldest first, each naming the one it lies in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryTree {
    categories: Vec<CategoryView>,
}

/// A category in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryView {
    id: CategoryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<CategoryId>,
    /// The language of the title.
    locale: Locale,
    title: Title,
    slug: Slug,
}

impl CategoryTree {
    pub(super) fn of(tree: &Tree, wanted: &Wanted) -> (BTreeSet<Locale>, CategoryTree) {
        let categories: Vec<_> = tree.categories().filter_map(|c| CategoryView::of(c, wanted)).collect();
        (categories.iter().map(|category| category.locale.clone()).collect(), CategoryTree { categories })
    }
}

impl CategoryView {
    fn of(category: &Category, wanted: &Wanted) -> Option<CategoryView> {
        let (locale, words) = wanted.choose(&category.translations, &category.locale)?;
        Some(CategoryView {
            id: category.id,
            parent: category.parent,
            locale: locale.clone(),
            title: words.title.clone(),
            slug: words.slug.clone(),
        })
    }
}

/// What a category begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCategory {
    /// The category it lies in; none for a root. A category never moves.
    parent: Option<CategoryId>,
    locale: Locale,
    title: Title,
    slug: Slug,
}

/// Puts up a category.
pub(super) async fn create_category(
    State(app): State<App>,
    _: Admin,
    once: Once<NewCategory>,
) -> Answered<CategoryView, 201> {
    // A new category has one language.
    let view = |category: &Category| {
        let shown = CategoryView::of(category, &Wanted::only(&category.locale));
        shown.map(axum::Json).ok_or_else(untitled)
    };
    once.answer(view, |NewCategory { parent, locale, title, slug }, receipt| async move {
        app.create_category(parent, (locale, CategoryWords { title, slug }), receipt).await
    })
    .await
}

/// What a category is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryName {
    locale: Locale,
    title: Title,
    slug: Slug,
}

/// Renames a category in a language, or names it in one more.
pub(super) async fn rename_category(
    State(app): State<App>,
    _: Admin,
    Id(category): Id<CategoryId>,
    Expected(seen): Expected,
    Json(CategoryName { locale, title, slug }): Json<CategoryName>,
) -> Result<Tagged<CategoryView>, Problem> {
    let words = CategoryWords { title, slug };
    let renamed = app.rename_category(category, &locale, words, seen).await?;
    let body = CategoryView::of(&renamed.body, &Wanted::only(&locale)).ok_or_else(untitled)?;
    Ok(Tagged { version: renamed.version, body })
}
