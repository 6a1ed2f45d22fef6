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

use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use web::loms::Loms;
use web::{Door, Routes};

use crate::app::App;

pub(crate) use asks::asks;

#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
    loms: Loms,
}

pub(crate) fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
    Ok(Api { app, door: around.door("inventory")?, loms: Loms::of(|name| around.env.get(name)) })
}

/// Every operation of the room, that of the LOMS contract included.
pub(crate) fn routes() -> Routes<Api> {
    let loms = Routes::of("inventory", "").tag("loms").get("/stock/info", loms::stock_info);
    Routes::of("inventory", "How much of each variant lies where, who it is held for, and who bought it.")
        // For the public.
        .tag("public")
        .public("/inventory/availability", 2, public::read_availability)
        // For the people of a merchant.
        .tag("merchant")
        .get("/inventory/merchants/{merchant}/stock/{variant}", merchant::read_stock)
        .get("/inventory/merchants/{merchant}/stock/{variant}/movements", merchant::list_movements)
        .post("/inventory/merchants/{merchant}/stock/{variant}/receive", merchant::receive_stock)
        .post("/inventory/merchants/{merchant}/stock/{variant}/adjust", merchant::adjust_stock)
        .post("/inventory/merchants/{merchant}/stock/{variant}/write-off", merchant::write_off_stock)
        .post("/inventory/merchants/{merchant}/stock/{variant}/transfer", merchant::transfer_stock)
        .post("/inventory/merchants/{merchant}/stock/{variant}/split", merchant::split_stock)
        .post("/inventory/merchants/{merchant}/stock/{variant}/threshold", merchant::set_threshold)
        .get("/inventory/merchants/{merchant}/warehouses", warehouses::list_warehouses)
        .post("/inventory/merchants/{merchant}/warehouses", warehouses::create_warehouse)
        // For the people who run the market.
        .tag("admin")
        .post("/inventory/admin/stock/{variant}/open", opening::open_stock)
        .merge_if(|api: &Api| api.loms.is_on(), loms)
}
