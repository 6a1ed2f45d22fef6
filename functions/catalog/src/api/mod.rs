//! The room's face: every operation on one screen, and what the handlers share.
//!
//! A handler reads input as types, names the caller by type, calls one use case, and shows what it
//! returned. `problems.rs` is the only file that knows a status code for a refusal.

mod asks;
mod categories;
mod imports;
mod loms;
mod media;
mod own_views;
mod problems;
mod products;
mod public;
mod variants;
mod views;

use axum::Router;
use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Door;
use web::loms::Loms;

use crate::app::App;

pub(crate) use asks::asks;

/// Everything that the handlers need.
#[derive(Clone, FromRef)]
pub struct Api {
    app: App,
    door: Door,
    loms: Loms,
}

impl Api {
    /// The room's face on this host.
    pub fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
        let door = around.door("catalog")?;
        Ok(Api { app, door, loms: Loms::of(|name| around.env.get(name)) })
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(web::document(
        "catalog",
        "What is on sale: products with variants, prices and pictures, their categories, and files of them.",
    ))
    // For everybody.
    .routes(routes!(public::list_products))
    .routes(routes!(public::get_product))
    .routes(routes!(public::get_product_by_slug))
    .routes(routes!(public::get_media))
    .routes(routes!(public::get_categories, categories::create_category))
    // For the people of a merchant: a product and its life.
    .routes(routes!(products::list_merchant_products, products::create_product))
    .routes(routes!(products::get_merchant_product))
    .routes(routes!(products::rename_product))
    .routes(routes!(products::describe_product))
    .routes(routes!(products::put_in_categories))
    .routes(routes!(products::set_options))
    .routes(routes!(products::propose_product))
    .routes(routes!(products::withdraw_product))
    .routes(routes!(products::publish_product))
    .routes(routes!(products::archive_product))
    .routes(routes!(products::restore_product))
    // Its variants and its pictures.
    .routes(routes!(variants::add_variant))
    .routes(routes!(variants::change_variant))
    .routes(routes!(variants::remove_variant))
    .routes(routes!(variants::change_price))
    .routes(routes!(media::request_media_upload))
    .routes(routes!(media::arrange_media))
    .routes(routes!(media::remove_media))
    // Files of products.
    .routes(routes!(imports::request_import))
    .routes(routes!(imports::get_import))
    .routes(routes!(imports::get_import_outcome))
    // For the people who run the market.
    .routes(routes!(categories::rename_category))
    .routes(routes!(products::take_down_product))
}

fn loms_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(loms::loms_product)).routes(routes!(loms::loms_products))
}

/// The router of the room and what it says of itself. Where the LOMS contract is not served, its
/// paths are as unknown as any other.
pub fn router(api: Api) -> (Router, OpenApi) {
    let routes = if api.loms.is_on() { routes().merge(loms_routes()) } else { routes() };
    let door = api.door.clone();
    let (router, document) = routes.with_state(api).split_for_parts();
    (web::serve(router, door), document)
}

/// What the room says of itself, the LOMS contract included.
pub fn openapi() -> OpenApi {
    web::published(routes().merge(loms_routes()).into_openapi())
}
