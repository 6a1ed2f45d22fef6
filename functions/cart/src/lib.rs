//! Carts: what somebody means to buy, and what has changed since they put it there.
//!
//! Read [`domain`] for what is true of a cart, [`app`] for what can be done with it, one file each,
//! [`store`] for where it lies. `api` is the room's face to people and other rooms, `inbox` is what
//! it hears. The door plate is `README.md`.

mod api;
pub mod app;
pub mod domain;
mod inbox;
pub mod store;

use std::collections::BTreeMap;

use domain::{Owner, Violation};
use lambda::{May, Need, Role, Roles, Room, Surroundings, Unready, handler};

pub use api::{Api, router, routes};

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// What the door of the room needs, whoever stands at it.
const API: &[&str] = &["TABLE", "CART_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::by_hand(
        "cart",
        &[
            Need {
                role: Role::Api,
                variables: API,
                may: &[
                    May::Table(&["DeleteItem", "GetItem", "PutItem", "UpdateItem"]),
                    May::Ask(&["catalog", "identity", "inventory"]),
                ],
            },
            Need {
                role: Role::Worker,
                variables: &["TABLE", "FACTS_BUCKET"],
                may: &[May::Table(&["DeleteItem"])],
            },
        ],
        open,
    )
}

fn open(around: &Surroundings) -> Result<Roles, Unready> {
    let env = &around.env;
    let facts_bucket = env.get("FACTS_BUCKET").map(|_| around.bucket("FACTS_BUCKET")).transpose()?;
    let table = around.table()?;
    let store = store::Store::new(table.clone());
    let peers = app::Neighbours::new(around.peers()?, around.mint.clone());
    let app = app::App::new(store, peers, around.clock.clone(), around.mint.clone());

    let hears = app.clone();
    let roles = Roles::of("cart", around)
        .asks(api::asks(app.clone()))
        .on(Role::Worker, handler(move |batch| inbox::hear(hears.clone(), facts_bucket.clone(), batch)));
    // A function that only ever hears messages is not given what a door needs, and opens without.
    match env.require(API.iter().copied()) {
        Ok(()) => Ok(roles.api(router(Api::open(app, around, table)?))),
        Err(_) => Ok(roles),
    }
}

/// Every cart in a whole table, for those who look at all of it at once.
pub fn contents(
    items: impl IntoIterator<Item = dynamo::Item>,
) -> Result<BTreeMap<Owner, store::Kept>, dynamo::Error> {
    store::read_books(items)
}

/// Checks every cart in a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(items: impl IntoIterator<Item = dynamo::Item>) -> Result<Vec<Violation>, dynamo::Error> {
    let carts = store::read_books(items)?;
    Ok(carts.iter().flat_map(|(owner, kept)| domain::audit(*owner, &kept.cart)).collect())
}
