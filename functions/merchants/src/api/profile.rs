//! What a shop says of itself: written by managers, and by owners where it is about who they are.

use axum::extract::{Path, State};
use ids::MerchantId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Json;

use super::own_views::OwnShop;
use super::problems::no_such_policy;
use super::seat::{CurrentManager, CurrentOwner};
use super::shops::{Own, own};
use crate::app::App;
use crate::domain::{
    Contact, Legal, Locale, PolicyKind, PolicyText, ShopDescription, ShopName, Slug, Words, Zone,
};

/// What a shop says of itself in one language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Describe {
    locale: Locale,
    name: ShopName,
    description: Option<ShopDescription>,
}

/// A language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    locale: Locale,
}

/// The last part of an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    slug: Slug,
}

/// Where a shop counts its days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    time_zone: Zone,
}

/// What a shop promises in one language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Promise {
    locale: Locale,
    text: PolicyText,
}

/// Says what the shop is in a language, instead of what was said in it before.
#[utoipa::path(
    post, path = "/merchants/{merchant}/describe", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Describe,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn describe_shop(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Describe { locale, name, description }): Json<Describe>,
) -> Own {
    Ok(own(&app.describe_shop(&actor, locale, Words { name, description }).await?))
}

/// Says nothing in a language any more. In its own the shop always says something.
#[utoipa::path(
    post, path = "/merchants/{merchant}/translations/remove", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Language,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn remove_translation(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Language { locale }): Json<Language>,
) -> Own {
    Ok(own(&app.remove_translation(&actor, &locale).await?))
}

/// Makes a language the shop's own.
#[utoipa::path(
    post, path = "/merchants/{merchant}/language", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Language,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn set_language(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Language { locale }): Json<Language>,
) -> Own {
    Ok(own(&app.set_language(&actor, locale).await?))
}

/// Moves to another address, or wishes for it before the shop is approved. The old one is free for others.
#[utoipa::path(
    post, path = "/merchants/{merchant}/address", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Address,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn change_slug(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(Address { slug }): Json<Address>,
) -> Own {
    Ok(own(&app.change_slug(&actor, slug).await?))
}

/// Says who the shop legally is. A shop that sells is who it was approved as.
#[utoipa::path(
    post, path = "/merchants/{merchant}/legal", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Legal,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn identify_shop(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(legal): Json<Legal>,
) -> Own {
    Ok(own(&app.identify_shop(&actor, legal).await?))
}

/// Says how the market reaches the shop.
#[utoipa::path(
    post, path = "/merchants/{merchant}/contact", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Contact,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn set_contact(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(contact): Json<Contact>,
) -> Own {
    Ok(own(&app.set_contact(&actor, contact).await?))
}

/// Says where the shop counts its days.
#[utoipa::path(
    post, path = "/merchants/{merchant}/time-zone", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Place,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn set_time_zone(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Place { time_zone }): Json<Place>,
) -> Own {
    Ok(own(&app.set_time_zone(&actor, time_zone).await?))
}

/// Promises something in a language: `returns`, `shipping` or `privacy`.
#[utoipa::path(
    post, path = "/merchants/{merchant}/policies/{policy}", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("policy" = PolicyKind, Path), ("If-Match" = Option<String>, Header)),
    request_body = Promise,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn write_policy(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Path((_, policy)): Path<(String, String)>,
    Json(Promise { locale, text }): Json<Promise>,
) -> Own {
    let kind = PolicyKind::named(&policy).ok_or_else(no_such_policy)?;
    Ok(own(&app.write_policy(&actor, kind, locale, text).await?))
}

/// Promises something in a language no longer.
#[utoipa::path(
    post, path = "/merchants/{merchant}/policies/{policy}/remove", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("policy" = PolicyKind, Path), ("If-Match" = Option<String>, Header)),
    request_body = Language,
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn remove_policy(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Path((_, policy)): Path<(String, String)>,
    Json(Language { locale }): Json<Language>,
) -> Own {
    let kind = PolicyKind::named(&policy).ok_or_else(no_such_policy)?;
    Ok(own(&app.remove_policy(&actor, kind, &locale).await?))
}
