//! A product and its life, as its merchant leads it.

use axum::extract::{FromRequestParts, State};
use dynamo::Versioned;
use failure::Failure;
use http::request::Parts;
use ids::{CategoryId, MerchantId, ProductId};
use jiff::Timestamp;
use problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{
    Admin, Answered, Describes, Draft, Expected, Id, Json, Listed, Once, Page, Query, Reads, Spoken, Tagged,
    TokenClerk, TokenManager,
};

use super::Api;
use super::own_views::OwnProduct;
use super::public::cards_of;
use super::views::Card;
use crate::app::{App, Target};
use crate::domain::{self, Decided, Description, Locale, OptionGroup, Product, Slug, Title};

/// What every operation on a product answers: all of it, as it is now.
pub(super) type Own = Result<Tagged<OwnProduct>, Problem>;

pub(super) fn own(product: &Versioned<Product>, now: Timestamp) -> Tagged<OwnProduct> {
    Tagged { version: product.version, body: OwnProduct::of(&product.body, now) }
}

/// Changes the product by one decision, and shows all of it.
pub(super) async fn edit(
    app: &App,
    target: Target,
    decide: impl Fn(&mut Product, Timestamp) -> Decided + Send + Sync,
) -> Own {
    Ok(own(&app.change(target, decide).await?, app.clock.now()))
}

/// The product in the path, of the merchant in the path, at the version in `If-Match`. Who may act for
/// the merchant is another argument's to say.
impl FromRequestParts<Api> for Target {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Target, Problem> {
        let Id(merchant) = Id::<MerchantId>::from_request_parts(parts, api).await?;
        let Id(product) = Id::<ProductId>::from_request_parts(parts, api).await?;
        let Expected(seen) = Expected::from_request_parts(parts, api).await?;
        Ok(Target { merchant: Some(merchant), product, seen })
    }
}

impl Describes for Target {
    fn describe(draft: &mut Draft) {
        Id::<ProductId>::describe(draft);
        Expected::describe(draft);
    }
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
    let now = app.clock.now();
    once.answer(
        move |product: &_| own(product, now),
        |new, receipt| async move {
            let NewProduct { locale, title, description, slug, categories } = new;
            let (merchant, categories) = (member.merchant, app.paths(&categories).await?);
            let new = domain::NewProduct { merchant, locale, title, description, slug, categories };
            app.create_product(new, receipt).await
        },
    )
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
    let (cards, next) =
        app.store.mine(member.merchant, state, page.limit, after).await.map_err(Failure::from)?;
    let (locales, cards) = cards_of(cards, &wanted, app.clock.now());
    Ok(Spoken { locales, answer: page.of(cards, next) })
}

/// A product in whatever state, with everything in every language.
pub(super) async fn get_merchant_product(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(product): Id<ProductId>,
) -> Own {
    Ok(own(&app.get_merchant_product(member.merchant, product).await?, app.clock.now()))
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
    _: TokenClerk,
    target: Target,
    Json(Name { locale, title, slug }): Json<Name>,
) -> Own {
    edit(&app, target, |product, now| product.rename(locale.clone(), title.clone(), slug.clone(), now)).await
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
    _: TokenClerk,
    target: Target,
    Json(Words { locale, description }): Json<Words>,
) -> Own {
    edit(&app, target, |product, now| product.describe(locale.clone(), description.clone(), now)).await
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
    _: TokenClerk,
    target: Target,
    Json(Shelves { categories }): Json<Shelves>,
) -> Own {
    let paths = app.paths(&categories).await?;
    edit(&app, target, |product, now| product.put_in_categories(paths.clone(), now)).await
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
    _: TokenClerk,
    target: Target,
    Json(Options { options }): Json<Options>,
) -> Own {
    edit(&app, target, |product, now| product.set_options(options.clone(), now)).await
}

/// Hands a draft to a manager. From here on it stays as it is.
pub(super) async fn propose_product(State(app): State<App>, _: TokenClerk, target: Target) -> Own {
    edit(&app, target, |product, now| product.propose(now)).await
}

/// Takes a proposal back, or sends it back to be mended.
pub(super) async fn withdraw_product(State(app): State<App>, _: TokenClerk, target: Target) -> Own {
    edit(&app, target, |product, now| product.withdraw(now)).await
}

/// Puts a proposal on the shelves.
pub(super) async fn publish_product(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    target: Target,
) -> Own {
    // A shop that is halted in the same moment shows it no more than the rest.
    let shop = app.store.standing(member.merchant).await.map_err(Failure::from)?;
    edit(&app, target, |product, now| product.publish(shop, now)).await
}

/// Takes a product off the market.
pub(super) async fn archive_product(State(app): State<App>, _: TokenManager, target: Target) -> Own {
    edit(&app, target, |product, now| product.archive(now)).await
}

/// Begins an archived product anew, as a draft.
pub(super) async fn restore_product(State(app): State<App>, _: TokenManager, target: Target) -> Own {
    edit(&app, target, |product, now| product.restore(now)).await
}

/// Takes anybody's product off the market.
pub(super) async fn take_down_product(
    State(app): State<App>,
    _: Admin,
    Id(product): Id<ProductId>,
    seen: Expected,
) -> Own {
    let target = Target { merchant: None, product, seen: seen.0 };
    edit(&app, target, |product, now| product.archive(now)).await
}
