//! A product and its life, as its merchant leads it.

use axum::extract::State;
use ids::{CategoryId, ProductId};
use problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{
    Admin, Answered, Expected, Id, Json, Listed, Membership, Once, Page, Query, Reads, Spoken, TokenClerk,
    TokenManager, Versioned,
};

use super::own_views::OwnProduct;
use super::public::cards_of;
use super::views::Card;
use crate::app::{App, CreateProduct, Target};
use crate::domain::{self, Description, Locale, OptionGroup, Slug, Title};
use crate::store::Kept;

/// What every operation on a product answers: all of it, as it is now.
pub(super) type Own = Result<Versioned<OwnProduct>, Problem>;

pub(super) fn own(app: &App, kept: &Kept) -> Versioned<OwnProduct> {
    Versioned { version: kept.version, body: OwnProduct::of(&kept.product, app.clock.now()) }
}

pub(super) fn target(member: &Membership, product: ProductId, seen: Expected) -> Target {
    Target { merchant: Some(member.merchant), product, seen: seen.0 }
}

/// What a product begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProduct {
    /// Its own language, which every reader gets who cannot be given a better one.
    locale: Locale,
    title: Title,
    description: Option<Description>,
    /// Made from the title when missing.
    slug: Option<Slug>,
    #[serde(default)]
    categories: Vec<CategoryId>,
}

/// Begins a product, as a draft.
pub(super) async fn create_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    once: Once<NewProduct>,
) -> Answered<OwnProduct, 201> {
    once.run(|NewProduct { locale, title, description, slug, categories }, receipt| async move {
        let command = CreateProduct { locale, title, description, slug, categories };
        let now = app.clock.now();
        let sign = |kept: &Kept| receipt.at(kept.version, &OwnProduct::of(&kept.product, now));
        app.create_product(member.merchant, command, &sign).await?;
        Ok(())
    })
    .await
}

/// Which products are wanted.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct InState {
    state: Option<domain::State>,
}

/// Everything that the merchant has, state by state, in each the newest first.
pub(super) async fn list_merchant_products(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Query(InState { state }): Query<InState>,
    Reads(wanted): Reads,
    page: Page,
) -> Result<Spoken<Listed<Card>>, Problem> {
    let after = page.after.clone();
    let (cards, next) = app.list_merchant_products(member.merchant, state, page.limit, after).await?;
    let (locales, cards) = cards_of(cards, &wanted, app.clock.now());
    Ok(Spoken { locales, answer: page.of(cards, next) })
}

/// A product in whatever state, with everything in every language.
pub(super) async fn get_merchant_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
) -> Own {
    let kept = app.get_merchant_product(member.merchant, product).await?;
    Ok(own(&app, &kept))
}

/// What a product is called in a language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    locale: Locale,
    title: Title,
    /// Stays what it was when missing.
    slug: Option<Slug>,
}

/// Calls a product something in a language, new or another.
pub(super) async fn rename_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
    Json(Name { locale, title, slug }): Json<Name>,
) -> Own {
    let kept = app.rename_product(target(&member, product, seen), locale, title, slug).await?;
    Ok(own(&app, &kept))
}

/// What is said of a product in a language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    locale: Locale,
    /// Nothing is said any more when missing.
    description: Option<Description>,
}

/// Describes a product in a language that it has a title in.
pub(super) async fn describe_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
    Json(Words { locale, description }): Json<Words>,
) -> Own {
    let kept = app.describe_product(target(&member, product, seen), locale, description).await?;
    Ok(own(&app, &kept))
}

/// Where a product stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shelves {
    categories: Vec<CategoryId>,
}

/// Puts a product into these categories, and into no others.
pub(super) async fn put_in_categories(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
    Json(Shelves { categories }): Json<Shelves>,
) -> Own {
    let kept = app.put_in_categories(target(&member, product, seen), categories).await?;
    Ok(own(&app, &kept))
}

/// How variants differ.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    options: Vec<OptionGroup>,
}

/// Says how the variants differ. Those that are there must fit.
pub(super) async fn set_options(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
    Json(Options { options }): Json<Options>,
) -> Own {
    let kept = app.set_options(target(&member, product, seen), options).await?;
    Ok(own(&app, &kept))
}

/// Hands a draft to a manager. From here on it stays as it is.
pub(super) async fn propose_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.propose_product(target(&member, product, seen)).await?;
    Ok(own(&app, &kept))
}

/// Takes a proposal back, or sends it back to be mended.
pub(super) async fn withdraw_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.withdraw_product(target(&member, product, seen)).await?;
    Ok(own(&app, &kept))
}

/// Puts a proposal on the shelves.
pub(super) async fn publish_product(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.publish_product(target(&member, product, seen)).await?;
    Ok(own(&app, &kept))
}

/// Takes a product off the market.
pub(super) async fn archive_product(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.archive_product(target(&member, product, seen)).await?;
    Ok(own(&app, &kept))
}

/// Begins an archived product anew, as a draft.
pub(super) async fn restore_product(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.restore_product(target(&member, product, seen)).await?;
    Ok(own(&app, &kept))
}

/// Takes anybody's product off the market.
pub(super) async fn take_down_product(
    State(app): State<App>,
    _: Admin,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let kept = app.archive_product(Target { merchant: None, product, seen: seen.0 }).await?;
    Ok(own(&app, &kept))
}
