//! Merchants: shops from their opening to their end, the people who work in them, what the market takes
//! of their sales, and where their money goes.
//!
//! Read `domain` for what is true of shops, `api` for what can be done with them, `app` for what of that
//! is more than one decision, `store` for where they lie, and `inbox` for what the room hears. The door
//! plate is `README.md`.

mod api;
mod app;
mod domain;
mod inbox;
mod store;

use app::App;
use lambda::{Hears, May, Room};
use store::objects::Arrived;

pub use store::{Violation, audit, unnamed};

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

const ITEMS: &[&str] =
    &["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("merchants", App::open)
        .api(
            &["TABLE", "BUCKET", "LETTER_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"],
            &[
                May::Table(ITEMS),
                May::Objects("documents/", &["GetObject", "PutObject"]),
                May::Objects("logos/", &["GetObject", "PutObject"]),
                May::Ask(&["identity"]),
                // A link to what was deleted is answered 404, and not 403.
                May::MissObjects,
            ],
            api::open,
            api::routes,
        )
        .asks(api::asks)
        .worker(
            &["TABLE", "BUCKET", "FACTS_BUCKET"],
            &[
                May::Table(&["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"]),
                May::Objects("documents/", &["DeleteObject"]),
                May::Objects("logos/", &["DeleteObject"]),
            ],
            Hears::nothing().and(inbox::account_closed).and(inbox::files_dropped),
        )
        .uploads(
            &["TABLE", "BUCKET"],
            &[
                May::Table(&["GetItem", "PutItem"]),
                May::Objects("documents/", &["DeleteObject", "GetObject"]),
                May::Objects("logos/", &["DeleteObject", "GetObject"]),
                May::MissObjects,
            ],
            Arrived::read,
            inbox::file_arrived,
        )
        .done()
}
