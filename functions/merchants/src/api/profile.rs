//! What a shop says of itself: written by managers, and by owners where it is about who they are.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Id, Json};

use super::seat::{CurrentManager, CurrentOwner};
use super::shops::{Own, edit, own};
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
pub(super) async fn describe_shop(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Describe { locale, name, description }): Json<Describe>,
) -> Own {
    let words = Words { name, description };
    edit(&app, &actor, |shop, now| shop.describe(locale.clone(), words.clone(), now)).await
}

/// Says nothing in a language any more. In its own the shop always says something.
pub(super) async fn remove_translation(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Language { locale }): Json<Language>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.remove_translation(&locale, now)).await
}

/// Makes a language the shop's own.
pub(super) async fn set_language(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Language { locale }): Json<Language>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.speak(locale.clone(), now)).await
}

/// Moves to another address, or wishes for it before the shop is approved. The old one is free for others.
pub(super) async fn change_slug(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(Address { slug }): Json<Address>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.change_slug(slug.clone(), now)).await
}

/// Says who the shop legally is. A shop that sells is who it was approved as.
pub(super) async fn identify_shop(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(legal): Json<Legal>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.identify(legal.clone(), now)).await
}

/// Says how the market reaches the shop.
pub(super) async fn set_contact(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Json(contact): Json<Contact>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.set_contact(contact.clone(), now)).await
}

/// Says where the shop counts its days.
pub(super) async fn set_time_zone(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Json(Place { time_zone }): Json<Place>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.set_zone(time_zone.clone(), now)).await
}

/// Promises something in a language: `returns`, `shipping` or `privacy`.
pub(super) async fn write_policy(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Id(kind): Id<PolicyKind>,
    Json(Promise { locale, text }): Json<Promise>,
) -> Own {
    Ok(own(&app.write_policy(&actor, kind, locale, text).await?))
}

/// Promises something in a language no longer.
pub(super) async fn remove_policy(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Id(kind): Id<PolicyKind>,
    Json(Language { locale }): Json<Language>,
) -> Own {
    Ok(own(&app.remove_policy(&actor, kind, &locale).await?))
}
