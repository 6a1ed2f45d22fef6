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
use web::loms::Loms;
use web::{Door, Routes};

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

fn own_routes() -> Routes<Api> {
    Routes::of("cart", "What somebody means to buy, and what has changed since they put it there.")
        // For guests, by a signed value, and for people, by their token.
        .tag("public")
        .get("/cart", carts::show_cart)
        .delete("/cart", carts::clear_cart)
        .post("/cart/accept-changes", carts::accept_changes)
        .post("/cart/lines", lines::add_line)
        .put("/cart/lines/{line}", lines::set_quantity)
        .delete("/cart/lines/{line}", lines::remove_line)
        // For people who were guests a moment ago.
        .tag("account")
        .post("/cart/merge", merge::merge_carts)
}

/// Every operation of the room, those of the LOMS contract included.
pub fn routes() -> Routes<Api> {
    own_routes()
        .tag("loms")
        .get("/user/{user}/cart", loms::loms_cart)
        .delete("/user/{user}/cart", loms::loms_clear_cart)
        .post("/user/{user}/cart/{sku}", loms::loms_add_to_cart)
        .delete("/user/{user}/cart/{sku}", loms::loms_remove_from_cart)
}

/// The router of the room. Where the LOMS contract is not served, its paths are as unknown as any
/// other.
pub fn router(api: Api) -> Router {
    let routes = if api.loms.is_on() { routes() } else { own_routes() };
    routes.serve(api)
}
