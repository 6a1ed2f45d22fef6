//! A shop from its opening to its end, as its own people lead it.

use axum::extract::State;
use dynamo::Versioned;
use failure::Failure;
use jiff::Timestamp;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Customer, Listed, Once, Page, Tagged};

use super::own_views::{MyShop, OwnShop};
use super::seat::{CurrentClerk, CurrentOwner};
use crate::app::{Actor, App};
use crate::domain::{self, Decided, Locale, Shop, ShopDescription, ShopName, Slug, Words, Zone};

/// What every operation on a shop answers: all of it, as it is now.
pub(super) type Own = Result<Tagged<OwnShop>, Problem>;

pub(super) fn own(shop: &Versioned<Shop>) -> Tagged<OwnShop> {
    Tagged { version: shop.version, body: OwnShop::of(&shop.body) }
}

/// Changes the shop by one decision, and shows all of it.
pub(super) async fn edit(
    app: &App,
    actor: &Actor,
    decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
) -> Own {
    Ok(own(&app.change(actor, decide).await?))
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
pub(super) async fn open_shop(
    State(app): State<App>,
    Customer(claims): Customer,
    once: Once<NewShop>,
) -> Answered<OwnShop, 201> {
    once.answer(own, |new, receipt| async move {
        let NewShop { locale, name, description, slug, time_zone } = new;
        let words = Words { name, description };
        app.open_shop(claims.sub, domain::NewShop { locale, words, slug, zone: time_zone }, receipt).await
    })
    .await
}

/// The shops that one works in. A page may be short and still have a next one.
pub(super) async fn list_my_shops(
    State(app): State<App>,
    Customer(claims): Customer,
    page: Page,
) -> Result<Listed<MyShop>, Problem> {
    let shops = app.store.shops_of(claims.sub, page.limit, page.after.clone()).await;
    let (shops, next) = shops.map_err(Failure::from)?;
    let items = shops.iter().filter_map(|shop| MyShop::of(&shop.body, claims.sub));
    Ok(page.of(items.collect(), next))
}

/// The shop with everything that is being set up.
pub(super) async fn get_own_shop(CurrentClerk(actor): CurrentClerk) -> Own {
    Ok(own(&actor.shop))
}

/// Hands the shop to the market. From here on it stays as it is, until the market has decided.
pub(super) async fn submit_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    edit(&app, &actor, |shop, now| shop.submit(now)).await
}

/// Takes a submission back, to mend something.
pub(super) async fn withdraw_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    edit(&app, &actor, |shop, now| shop.withdraw(now)).await
}

/// Ends the shop. There is no way back, and nobody works in it afterwards.
pub(super) async fn close_shop(State(app): State<App>, CurrentOwner(actor): CurrentOwner) -> Own {
    edit(&app, &actor, |shop, now| shop.close(now)).await
}
