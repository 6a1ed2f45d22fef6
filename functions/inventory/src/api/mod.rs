//! The room's face: every operation on one screen, and what the handlers share.
//!
//! A handler reads input as types, names the caller by type, calls one use case, and shows what it
//! returned. `problems.rs` is the only file that knows a status code for a refusal.

mod asks;
mod loms;
mod merchant;
mod opening;
mod problems;
mod public;
mod views;
mod warehouses;

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

pub(crate) use asks::asks;

/// Everything that the handlers need.
#[derive(Clone, FromRef)]
pub struct Api {
    app: App,
    door: Door,
    loms: Loms,
}

impl Api {
    /// The room's face on this host. The door remembers in the very table that the use cases write
    /// to: a second one from the same seed would draw the same tokens for other transactions.
    pub fn open(app: App, around: &Surroundings, table: Table) -> Result<Api, Unready> {
        let door = Door { table, ..around.door("inventory")? };
        Ok(Api { app, door, loms: Loms::of(|name| around.env.get(name)) })
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(web::document(
        "inventory",
        "How much of each variant lies where, who it is held for, and who bought it.",
    ))
    // For everybody.
    .routes(routes!(public::read_availability))
    // For the people of a merchant.
    .routes(routes!(merchant::read_stock))
    .routes(routes!(merchant::list_movements))
    .routes(routes!(merchant::receive_stock))
    .routes(routes!(merchant::adjust_stock))
    .routes(routes!(merchant::write_off_stock))
    .routes(routes!(merchant::transfer_stock))
    .routes(routes!(merchant::split_stock))
    .routes(routes!(merchant::set_threshold))
    .routes(routes!(warehouses::list_warehouses, warehouses::create_warehouse))
    // For the people who run the market.
    .routes(routes!(opening::open_stock))
}

fn loms_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(loms::stock_info))
}

/// The router of the room and what it says of itself. Where the LOMS contract is not served, its
/// path is as unknown as any other.
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
