//! What is public.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use dynamo::Versioned;
use failure::Failure;
use http::request::Parts;
use ids::{CategoryId, MediaId, MerchantId, ProductId};
use jiff::Timestamp;
use problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Describes, Draft, Id, Listed, Page, PictureAt, Query, Reads, Spoken, Tagged};

use super::categories::CategoryTree;
use super::problems::{no_such_address, two_shelves, untitled};
use super::views::{Card, ProductPage};
use crate::app::App;
use crate::domain::{Locale, Product, Slug, Wanted};
use crate::store::{self, Shelf};

/// A product with its variants, prices and pictures.
pub(super) async fn get_product(
    State(app): State<App>,
    Id(product): Id<ProductId>,
    Reads(wanted): Reads,
) -> Result<Spoken<Tagged<ProductPage>>, Problem> {
    let kept = app.get_product(product).await?;
    page(&kept, &wanted, app.clock.now())
}

pub(super) struct Address {
    locale: Locale,
    slug: Slug,
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Address, Response> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((locale, slug)) = path.map_err(IntoResponse::into_response)?;
        match (locale.parse(), slug.parse()) {
            (Ok(locale), Ok(slug)) => Ok(Address { locale, slug }),
            _ => Err(no_such_address().into_response()),
        }
    }
}

impl Describes for Address {
    fn describe(draft: &mut Draft) {
        let (locale, slug) = (draft.schema::<Locale>(), draft.schema::<Slug>());
        draft.path("locale", locale);
        draft.path("slug", slug);
    }
}

/// The product at an address.
pub(super) async fn get_product_by_slug(
    State(app): State<App>,
    Address { locale, slug }: Address,
) -> Result<Spoken<Tagged<ProductPage>>, Problem> {
    let kept = app.get_product_by_slug(&locale, &slug).await?;
    page(&kept, &Wanted::only(&locale), app.clock.now())
}

fn page(
    kept: &Versioned<Product>,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Spoken<Tagged<ProductPage>>, Problem> {
    let body = ProductPage::of(&kept.body, wanted, now).ok_or_else(untitled)?;
    let locales = BTreeSet::from([body.locale()]);
    Ok(Spoken { locales, answer: Tagged { version: kept.version, body } })
}

/// Which shelf is wanted; the newest of the whole market when nothing is said.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Wish {
    category: Option<CategoryId>,
    merchant: Option<MerchantId>,
}

/// What is published: in a category, in a shop, or the newest in the market. A page may be short
/// and still have a next one.
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

pub(super) fn cards_of(
    cards: Vec<store::Card>,
    wanted: &Wanted,
    now: Timestamp,
) -> (BTreeSet<Locale>, Vec<Card>) {
    let cards: Vec<Card> = cards.into_iter().filter_map(|card| Card::of(card, wanted, now)).collect();
    (cards.iter().map(Card::locale).collect(), cards)
}

/// A picture of a published product. The answer leads to S3, by a link that lasts an hour.
pub(super) async fn get_media(
    State(app): State<App>,
    Id(product): Id<ProductId>,
    Id(media): Id<MediaId>,
) -> Result<PictureAt, Problem> {
    app.get_media(product, media).await.map(PictureAt).map_err(Problem::from)
}

/// All categories.
pub(super) async fn get_categories(
    State(app): State<App>,
    Reads(wanted): Reads,
) -> Result<Spoken<Tagged<CategoryTree>>, Problem> {
    let loaded = app.store.categories(false).await.map_err(Failure::from)?;
    let (locales, body) = CategoryTree::of(&loaded.body, &wanted);
    Ok(Spoken { locales, answer: Tagged { version: loaded.version, body } })
}
