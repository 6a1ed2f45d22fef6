//! What everybody sees.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use ids::{CategoryId, MediaId, MerchantId, ProductId};
use jiff::Timestamp;
use problem::Problem;
use serde::Deserialize;
use web::{Id, Listed, Page, Query, Reads, Spoken, Versioned};

use super::categories::CategoryTree;
use super::problems::{no_such_address, two_shelves, untitled};
use super::views::{Card, ProductPage};
use crate::app::App;
use crate::domain::{Locale, Slug, Wanted};
use crate::store::{self, Kept, Shelf};

/// A product with its variants, prices and pictures.
#[utoipa::path(
    get, path = "/catalog/products/{product}", tag = "public",
    params(("product" = ProductId, Path), ("locale" = Option<String>, Query), ("Accept-Language" = Option<String>, Header)),
    responses((status = OK, body = ProductPage), (status = "default", body = Problem)),
)]
pub(super) async fn get_product(
    State(app): State<App>,
    Id(product): Id<ProductId>,
    Reads(wanted): Reads,
) -> Result<Spoken<Versioned<ProductPage>>, Problem> {
    let kept = app.get_product(product).await?;
    page(&kept, &wanted, app.clock.now())
}

/// The product at an address.
#[utoipa::path(
    get, path = "/catalog/addresses/{locale}/{slug}", tag = "public",
    params(("locale" = Locale, Path), ("slug" = Slug, Path)),
    responses((status = OK, body = ProductPage), (status = "default", body = Problem)),
)]
pub(super) async fn get_product_by_slug(
    State(app): State<App>,
    Path((locale, slug)): Path<(String, String)>,
) -> Result<Spoken<Versioned<ProductPage>>, Problem> {
    let locale: Locale = locale.parse().map_err(|_| no_such_address())?;
    let slug: Slug = slug.parse().map_err(|_| no_such_address())?;
    let kept = app.get_product_by_slug(&locale, &slug).await?;
    page(&kept, &Wanted::only(&locale), app.clock.now())
}

fn page(kept: &Kept, wanted: &Wanted, now: Timestamp) -> Result<Spoken<Versioned<ProductPage>>, Problem> {
    let body = ProductPage::of(&kept.product, wanted, now).ok_or_else(untitled)?;
    let locales = BTreeSet::from([body.locale()]);
    Ok(Spoken { locales, answer: Versioned { version: kept.version, body } })
}

/// Which shelf is wanted; the newest of the whole market when nothing is said.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    category: Option<CategoryId>,
    merchant: Option<MerchantId>,
}

/// What is published: in a category, in a shop, or the newest in the market. A page may be short
/// and still have a next one.
#[utoipa::path(
    get, path = "/catalog/products", tag = "public",
    params(
        ("category" = Option<CategoryId>, Query), ("merchant" = Option<MerchantId>, Query),
        ("limit" = Option<u16>, Query, description = "1 to 100"), ("cursor" = Option<String>, Query),
        ("locale" = Option<String>, Query), ("Accept-Language" = Option<String>, Header),
    ),
    responses((status = OK, body = Listed<Card>), (status = "default", body = Problem)),
)]
pub(super) async fn list_products(
    State(app): State<App>,
    Query(wish): Query<Wish>,
    Reads(wanted): Reads,
    page: Page,
) -> Result<Spoken<Listed<Card>>, Problem> {
    let shelf = match (wish.category, wish.merchant) {
        (None, None) => Shelf::Newest,
        (Some(category), None) => Shelf::Category(category),
        (None, Some(merchant)) => Shelf::Merchant(merchant),
        (Some(_), Some(_)) => return Err(two_shelves()),
    };
    let (cards, next) = app.list_products(shelf, page.limit, page.after.clone()).await?;
    let (locales, cards) = cards_of(cards, &wanted, app.clock.now());
    Ok(Spoken { locales, answer: page.of(cards, next) })
}

/// The cards in the reader's language, and which languages these are.
pub(super) fn cards_of(
    cards: Vec<store::Card>,
    wanted: &Wanted,
    now: Timestamp,
) -> (BTreeSet<Locale>, Vec<Card>) {
    let cards: Vec<Card> = cards.into_iter().filter_map(|card| Card::of(card, wanted, now)).collect();
    (cards.iter().map(Card::locale).collect(), cards)
}

/// A picture of a published product. The answer leads to S3, by a link that lasts an hour.
#[utoipa::path(
    get, path = "/catalog/products/{product}/media/{media}", tag = "public",
    params(("product" = ProductId, Path), ("media" = MediaId, Path)),
    responses((status = TEMPORARY_REDIRECT, description = "where the picture is"), (status = "default", body = Problem)),
)]
pub(super) async fn get_media(
    State(app): State<App>,
    Id(product): Id<ProductId>,
    Id(media): Id<MediaId>,
) -> Result<Response, Problem> {
    let url = app.get_media(product, media).await?;
    let mut response = Redirect::temporary(&url).into_response();
    // Half of what the link lasts: whoever keeps this answer finds that it still leads somewhere.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=1800"));
    Ok(response)
}

/// All categories.
#[utoipa::path(
    get, path = "/catalog/categories", tag = "public",
    params(("locale" = Option<String>, Query), ("Accept-Language" = Option<String>, Header)),
    responses((status = OK, body = CategoryTree), (status = "default", body = Problem)),
)]
pub(super) async fn get_categories(
    State(app): State<App>,
    Reads(wanted): Reads,
) -> Result<Spoken<Versioned<CategoryTree>>, Problem> {
    let loaded = app.get_categories().await?;
    let (locales, body) = CategoryTree::of(&loaded.tree, &wanted);
    Ok(Spoken { locales, answer: Versioned { version: loaded.version, body } })
}
