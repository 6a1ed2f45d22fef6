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
mod problems;
mod seal;
mod views;

use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use web::loms::Loms;
use web::{Door, Routes};

use crate::app::App;
use seal::Seal;

pub(crate) use asks::asks;

#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
    loms: Loms,
    seal: Seal,
}

pub(crate) fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
    let seal = Seal::new(around.vault.clone(), around.env.need("CART_SECRET")?);
    let loms = Loms::of(|name| around.env.get(name));
    Ok(Api { app, door: around.door("cart")?, loms, seal })
}

/// Every operation of the room, those of the LOMS contract included.
pub(crate) fn routes() -> Routes<Api> {
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
        .post("/cart/merge", carts::merge_carts)
        .merge_if(|api| api.loms.is_on(), loms())
}

fn loms() -> Routes<Api> {
    Routes::of("cart", "")
        .tag("loms")
        .get("/user/{user}/cart", loms::loms_cart)
        .delete("/user/{user}/cart", loms::loms_clear_cart)
        .post("/user/{user}/cart/{sku}", loms::loms_add_to_cart)
        .delete("/user/{user}/cart/{sku}", loms::loms_remove_from_cart)
}
