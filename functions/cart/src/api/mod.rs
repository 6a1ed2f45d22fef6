//! The room's face: every operation on one screen, and what the handlers share.
//!
//! A handler reads input as types, learns whose [`basket`] it is about, calls one use case, and shows
//! what it returned. `problems.rs` is the only file that knows a status code for a refusal.

mod asks;
mod basket;
mod carts;
mod command;
mod lines;
mod loms;
mod merge;
mod problems;
mod seal;
mod views;

use axum::Router;
use axum::extract::FromRef;
use dynamo::Table;
use lambda::{Surroundings, Unready};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Door;
use web::loms::Loms;

use crate::app::App;
use seal::Seal;

pub(crate) use asks::asks;

/// Everything that the handlers need.
#[derive(Clone, FromRef)]
pub struct Api {
    app: App,
    door: Door,
    loms: Loms,
    seal: Seal,
}

impl Api {
    /// The room's face on this host. The door remembers in the very table that the use cases write
    /// to: a second one from the same seed would draw the same tokens for other transactions.
    pub fn open(app: App, around: &Surroundings, table: Table) -> Result<Api, Unready> {
        let door = Door { table, ..around.door("cart")? };
        let seal = Seal::new(around.vault.clone(), around.env.need("CART_SECRET")?);
        let loms = Loms::of(|name| around.env.get(name));
        Ok(Api { app, door, loms, seal })
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(web::document(
        "cart",
        "What somebody means to buy, and what has changed since they put it there.",
    ))
    // For guests, by a signed value, and for people, by their token.
    .routes(routes!(carts::show_cart, carts::clear_cart))
    .routes(routes!(carts::accept_changes))
    .routes(routes!(lines::add_line))
    .routes(routes!(lines::set_quantity, lines::remove_line))
    // For people who were guests a moment ago.
    .routes(routes!(merge::merge_carts))
}

fn loms_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(loms::loms_cart, loms::loms_clear_cart))
        .routes(routes!(loms::loms_add_to_cart, loms::loms_remove_from_cart))
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
