//! Catalog: what is on sale, in which variants, for how much, and how it is called.
//!
//! Read `domain` for what is true of products, `api` and `app` for what can be done with them, `store` for
//! where they lie, `files` for how a merchant's file becomes rows, and `inbox` for what the room hears. The
//! door plate is `README.md`.

mod api;
mod app;
mod domain;
mod files;
mod inbox;
mod store;

use app::App;
use lambda::{Hears, May, Room};
use store::objects::Arrived;

pub use store::unnamed;

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

const ITEMS: &[&str] = &["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("catalog", App::open)
        .api(
            &["TABLE", "BUCKET", "AUTH_ISSUER", "AUTH_AUDIENCE"],
            &[
                May::Table(ITEMS),
                May::Table(&["UpdateItem"]),
                May::Objects("imports/", &["PutObject"]),
                May::Objects("media/", &["GetObject", "PutObject"]),
                May::Objects("outcomes/", &["GetObject"]),
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
                May::Table(&["DeleteItem", "GetItem", "PutItem", "Query"]),
                May::Objects("media/", &["DeleteObject"]),
            ],
            Hears::nothing()
                .and(inbox::media_dropped)
                .and(inbox::shop_swept)
                .and(inbox::merchant_activated)
                .and(inbox::merchant_closed)
                .and(inbox::merchant_restricted),
        )
        .uploads(
            &["TABLE", "BUCKET"],
            &[
                May::Table(ITEMS),
                May::Objects("imports/", &["DeleteObject", "GetObject", "PutObject"]),
                May::Objects("media/", &["DeleteObject", "GetObject"]),
                May::Objects("outcomes/", &["AbortMultipartUpload", "GetObject", "PutObject"]),
                May::MissObjects,
            ],
            Arrived::read,
            inbox::arrived,
        )
        .done()
}
