//! A shop from its opening to its end, as its own people lead it.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::MerchantId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Customer, Listed, Once, Page, Versioned};

use super::own_views::{MyShop, OwnShop};
use super::seat::{CurrentClerk, CurrentOwner};
use crate::app::{App, OpenShop};
use crate::domain::{Locale, ShopDescription, ShopName, Slug, Words, Zone};
use crate::store::Kept;

/// What every operation on a shop answers: all of it, as it is now.
pub(super) type Own = Result<Versioned<OwnShop>, Problem>;

pub(super) fn own(kept: &Kept) -> Versioned<OwnShop> {
    Versioned { version: kept.version, body: OwnShop::of(kept) }
}

/// What a shop begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShop {
    /// Its own language, which every reader gets who cannot be given a better one.
    locale: Locale,
    name: ShopName,
    description: Option<ShopDescription>,
    /// Made from the name when missing. A wish until the shop is approved.
    slug: Option<Slug>,
    /// Where it counts its days; UTC when missing.
    time_zone: Option<Zone>,
}

/// Opens a shop, as a draft that belongs to whoever opens it.
#[utoipa::path(
    post, path = "/merchants/shops", tag = "account", params(("Idempotency-Key" = String, Header)),
    request_body = NewShop,
    responses((status = CREATED, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn open_shop(
    State(app): State<App>,
    Customer(claims): Customer,
    once: Once<NewShop>,
) -> Response {
    once.run(|NewShop { locale, name, description, slug, time_zone }, receipt| async move {
        let command = OpenShop { locale, words: Words { name, description }, slug, zone: time_zone };
        let sign = |kept: &Kept| receipt.versioned(StatusCode::CREATED, kept.version, &OwnShop::of(kept));
        app.open_shop(claims.sub, command, &sign).await?;
        Ok(())
    })
    .await
}

/// The shops that one works in. A page may be short and still have a next one.
#[utoipa::path(
    get, path = "/merchants/mine", tag = "account",
    params(("limit" = Option<u16>, Query, description = "1 to 100"), ("cursor" = Option<String>, Query)),
    responses((status = OK, body = Listed<MyShop>), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn list_my_shops(
    State(app): State<App>,
    Customer(claims): Customer,
    page: Page,
) -> Result<Listed<MyShop>, Problem> {
    let (shops, next) = app.list_my_shops(claims.sub, page.limit, page.after.clone()).await?;
    let items = shops.iter().filter_map(|kept| MyShop::of(kept, claims.sub));
    Ok(page.of(items.collect(), next))
}

/// The shop with everything that is being set up.
#[utoipa::path(
    get, path = "/merchants/{merchant}", tag = "merchant", params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn get_own_shop(State(app): State<App>, CurrentClerk(actor): CurrentClerk) -> Own {
    Ok(own(app.get_own_shop(&actor)))
}

/// Hands the shop to the market. From here on it stays as it is, until the market has decided.
#[utoipa::path(
    post, path = "/merchants/{merchant}/submit", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn submit_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    Ok(own(&app.submit_shop(&actor).await?))
}

/// Takes a submission back, to mend something.
#[utoipa::path(
    post, path = "/merchants/{merchant}/withdraw", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn withdraw_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    Ok(own(&app.withdraw_shop(&actor).await?))
}

/// Ends the shop. There is no way back, and nobody works in it afterwards.
#[utoipa::path(
    post, path = "/merchants/{merchant}/close", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = OK, body = OwnShop), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn close_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    Ok(own(&app.close_shop(&actor).await?))
}
