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
use web::loms::Loms;
use web::{Door, Routes};

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

fn own_routes() -> Routes<Api> {
    Routes::of("inventory", "How much of each variant lies where, who it is held for, and who bought it.")
        // For everybody.
        .tag("public")
        .get("/inventory/availability", public::read_availability)
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
}

/// Every operation of the room, that of the LOMS contract included.
pub fn routes() -> Routes<Api> {
    own_routes().tag("loms").get("/stock/info", loms::stock_info)
}

/// The router of the room. Where the LOMS contract is not served, its path is as unknown as any other.
pub fn router(api: Api) -> Router {
    let routes = if api.loms.is_on() { routes() } else { own_routes() };
    routes.serve(api)
}
