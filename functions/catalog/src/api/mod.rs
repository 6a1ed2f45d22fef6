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

use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use web::loms::Loms;
use web::{Door, PictureAt, Routes};

use crate::app::App;

pub(crate) use asks::asks;

#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
    loms: Loms,
}

pub(crate) fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
    Ok(Api { app, door: around.door("catalog")?, loms: Loms::of(|name| around.env.get(name)) })
}

pub(crate) fn routes() -> Routes<Api> {
    let loms = Routes::of("catalog", "").tag("loms");
    let loms = loms.get("/product/{sku}", loms::loms_product).get("/product", loms::loms_products);
    Routes::of(
        "catalog",
        "What is on sale: products with variants, prices and pictures, their categories, and files of them.",
    )
    // Public.
    .tag("public")
    .public("/catalog/products", 5, public::list_products)
    .public("/catalog/products/{product}", 5, public::get_product)
    .public("/catalog/addresses/{locale}/{slug}", 5, public::get_product_by_slug)
    .public("/catalog/products/{product}/media/{media}", PictureAt::KEPT, public::get_media)
    .public("/catalog/categories", 60, public::get_categories)
    // For the people of a merchant: a product and its life.
    .tag("merchant")
    .get("/catalog/merchants/{merchant}/products", products::list_merchant_products)
    .post("/catalog/merchants/{merchant}/products", products::create_product)
    .get("/catalog/merchants/{merchant}/products/{product}", products::get_merchant_product)
    .post("/catalog/merchants/{merchant}/products/{product}/rename", products::rename_product)
    .post("/catalog/merchants/{merchant}/products/{product}/describe", products::describe_product)
    .post("/catalog/merchants/{merchant}/products/{product}/categories", products::put_in_categories)
    .post("/catalog/merchants/{merchant}/products/{product}/options", products::set_options)
    .post("/catalog/merchants/{merchant}/products/{product}/propose", products::propose_product)
    .post("/catalog/merchants/{merchant}/products/{product}/withdraw", products::withdraw_product)
    .post("/catalog/merchants/{merchant}/products/{product}/publish", products::publish_product)
    .post("/catalog/merchants/{merchant}/products/{product}/archive", products::archive_product)
    .post("/catalog/merchants/{merchant}/products/{product}/restore", products::restore_product)
    // Its variants and its pictures.
    .post("/catalog/merchants/{merchant}/products/{product}/variants", variants::add_variant)
    .post(
        "/catalog/merchants/{merchant}/products/{product}/variants/{variant}/change",
        variants::change_variant,
    )
    .post(
        "/catalog/merchants/{merchant}/products/{product}/variants/{variant}/remove",
        variants::remove_variant,
    )
    .post("/catalog/merchants/{merchant}/products/{product}/variants/{variant}/price", variants::change_price)
    .post("/catalog/merchants/{merchant}/products/{product}/media", media::request_media_upload)
    .post("/catalog/merchants/{merchant}/products/{product}/media/arrange", media::arrange_media)
    .post("/catalog/merchants/{merchant}/products/{product}/media/{media}/remove", media::remove_media)
    // Files of products.
    .post("/catalog/merchants/{merchant}/imports", imports::request_import)
    .get("/catalog/merchants/{merchant}/imports/{import}", imports::get_import)
    .get("/catalog/merchants/{merchant}/imports/{import}/outcome", imports::get_import_outcome)
    // For the people who run the market.
    .tag("admin")
    .post("/catalog/categories", categories::create_category)
    .post("/catalog/categories/{category}/rename", categories::rename_category)
    .post("/catalog/products/{product}/archive", products::take_down_product)
    .merge_if(|api: &Api| api.loms.is_on(), loms)
}
