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
use jiff::SignedDuration;
use lambda::{Hears, May, Room, Surroundings, Unready};
use store::objects::Arrived;

pub use store::unnamed;

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// A reader of files hands over after twelve minutes: a function has fifteen, and its last piece
/// wants to be finished.
const READING_SECONDS: i64 = 12 * 60;

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("catalog", open)
        .api(
            &["TABLE", "BUCKET", "AUTH_ISSUER", "AUTH_AUDIENCE"],
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
                May::Table(&[
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "GetItem",
                    "PutItem",
                    "Query",
                ]),
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

fn open(around: &Surroundings) -> Result<App, Unready> {
    let bucket = around.env.get("BUCKET").map(|_| around.bucket("BUCKET")).transpose()?;
    let patience = SignedDuration::from_secs(around.env.parsed("READING_SECONDS", READING_SECONDS)?);
    let store = store::Store::new(around.table()?);
    Ok(App::new(store, around.clock.clone(), around.mint.clone(), bucket, patience))
}
