//! Carts: what a customer means to buy, and what has changed since they put it there.
//!
//! Read `domain` for what is true of a cart, `api` and `app` for what can be done with it, `store` for
//! where it lies, and `inbox` for what the room hears. The door plate is `README.md`.

mod api;
mod app;
mod domain;
mod inbox;
mod store;

use app::App;
use lambda::{Hears, May, Room};

pub use domain::Violation;

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("cart", App::open)
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

/// Checks every cart in a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(items: impl IntoIterator<Item = dynamo::Item>) -> Result<Vec<Violation>, dynamo::Error> {
    let carts = store::read_books(items)?;
    Ok(carts.iter().flat_map(|(owner, kept)| domain::audit(*owner, &kept.cart)).collect())
}
