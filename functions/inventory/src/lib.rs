//! Stock: how much of each variant lies where, who it is held for, and who bought it.
//!
//! Read `domain` for what is true of stock, `api` and `app` for what can be done with it, `store` for
//! where it lies, and `inbox` for what the room hears. The door plate is `README.md`.

mod api;
mod app;
mod domain;
mod inbox;
mod store;

use app::App;
use jiff::Timestamp;
use lambda::{Hears, May, Role, Room};

pub use domain::{State, Violation};
pub use store::read_books;

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// What the functions do that hear something.
const WRITES: &[May] = &[May::Table(&["GetItem", "PutItem", "Query", "UpdateItem"])];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("inventory", App::open)
        .api(
            &["TABLE", "TIMERS_QUEUE_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"],
            &[
                May::Table(&[
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "GetItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ]),
                May::Ask(&["identity"]),
            ],
            api::open,
            api::routes,
        )
        .asks(api::asks)
        .worker(
            &["TABLE", "TIMERS_QUEUE_URL", "FACTS_BUCKET"],
            WRITES,
            Hears::nothing()
                .and(inbox::variant_created)
                .and(inbox::variant_numbered)
                .and(inbox::reservation_committed)
                .and(inbox::reservation_expired)
                .and(inbox::reservation_made)
                .and(inbox::reservation_released)
                .and(inbox::stock_received),
        )
        .timer(&["TABLE", "TIMERS_QUEUE_URL"], WRITES, inbox::due)
        .on(Role::Expiry, &["TABLE"], &[May::Table(&["PutItem", "UpdateItem"])], inbox::deleted)
        .done()
}

/// Checks the books of a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(items: impl IntoIterator<Item = dynamo::Item>) -> Result<Vec<Violation>, dynamo::Error> {
    store::read_books(items).map(|books| domain::audit(&books))
}

/// Checks the books of a whole table at a moment when every message has been heard: nothing has
/// outlived its end, and the public is told what is true.
pub fn audit_at_rest(
    items: impl IntoIterator<Item = dynamo::Item>,
    now: Timestamp,
) -> Result<Vec<Violation>, dynamo::Error> {
    let books = store::read_books(items)?;
    Ok(domain::audit(&books).into_iter().chain(domain::overdue(&books, now)).collect())
}
