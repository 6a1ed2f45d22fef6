//! Carts: what a customer means to buy, and what has changed since they put it there.
//!
//! Read `domain` for what is true of a cart, `api` and `app` for what can be done with it, `store` for
//! where it lies, and `inbox` for what the room hears. The door plate is `README.md`.

mod api;
mod app;
mod domain;
mod inbox;
mod store;

use std::collections::BTreeMap;

use app::{App, Neighbours};
use lambda::{Hears, May, Room, Surroundings, Unready};

pub use domain::{Cart, Line, LineName, Owner, Violation};
pub use store::Kept;

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("cart", open)
        .api(
            &["TABLE", "CART_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"],
            &[
                May::Table(&["DeleteItem", "GetItem", "PutItem", "UpdateItem"]),
                May::Ask(&["catalog", "identity", "inventory"]),
            ],
            api::open,
            api::routes,
        )
        .asks(api::asks)
        .worker(
            &["TABLE", "FACTS_BUCKET"],
            &[May::Table(&["DeleteItem"])],
            Hears::nothing().and(inbox::account_closed),
        )
        .done()
}

fn open(around: &Surroundings) -> Result<App, Unready> {
    let store = store::Store::new(around.table()?);
    let peers = Neighbours::new(around.peers()?, around.mint.clone());
    Ok(App::new(store, peers, around.clock.clone(), around.mint.clone()))
}

/// Every cart in a whole table, for those who look at all of it at once.
pub fn contents(
    items: impl IntoIterator<Item = dynamo::Item>,
) -> Result<BTreeMap<Owner, Kept>, dynamo::Error> {
    store::read_books(items)
}

/// Checks every cart in a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(items: impl IntoIterator<Item = dynamo::Item>) -> Result<Vec<Violation>, dynamo::Error> {
    let carts = store::read_books(items)?;
    Ok(carts.iter().flat_map(|(owner, kept)| domain::audit(*owner, &kept.cart)).collect())
}
