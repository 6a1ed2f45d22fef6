//! Catalog: what is on sale, in which variants, for how much, and how it is called.
//!
//! Read [`domain`] for what is true of products, [`app`] for what can be done with them, one file
//! each, [`store`] for where they lie, [`files`] for how a merchant's file becomes rows. `api` is the
//! room's face to people and other rooms, `inbox` is what it hears of shops and of
//! its bucket. The door plate is `README.md`.

mod api;
pub mod app;
pub mod domain;
pub mod files;
mod inbox;
pub mod store;

use jiff::SignedDuration;
use lambda::{May, Need, Role, Roles, Room, Surroundings, Unready, handler};

pub use api::{Api, router, routes};

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// What the door of the room needs, whoever stands at it.
const API: &[&str] = &["TABLE", "BUCKET", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/// A reader of files hands over after twelve minutes: a function has fifteen, and its last piece
/// wants to be finished.
const READING_SECONDS: i64 = 12 * 60;

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::by_hand(
        "catalog",
        &[
            Need {
                role: Role::Api,
                variables: API,
                may: &[
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
            },
            Need {
                role: Role::Worker,
                variables: &["TABLE", "BUCKET", "FACTS_BUCKET"],
                may: &[
                    May::Table(&["DeleteItem", "GetItem", "PutItem", "Query"]),
                    May::Objects("media/", &["DeleteObject"]),
                ],
            },
            Need {
                role: Role::Uploads,
                variables: &["TABLE", "BUCKET"],
                may: &[
                    May::Table(&["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query"]),
                    May::Objects("imports/", &["DeleteObject", "GetObject", "PutObject"]),
                    May::Objects("media/", &["DeleteObject", "GetObject"]),
                    May::Objects("outcomes/", &["AbortMultipartUpload", "GetObject", "PutObject"]),
                    May::MissObjects,
                ],
            },
        ],
        open,
    )
}

/// The objects of the room's bucket that no item names: none, as soon as everything has been heard.
pub fn unnamed(
    items: impl IntoIterator<Item = dynamo::Item>,
    objects: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, dynamo::Error> {
    store::unnamed(items, objects)
}

fn open(around: &Surroundings) -> Result<Roles, Unready> {
    let env = &around.env;
    let facts_bucket = env.get("FACTS_BUCKET").map(|_| around.bucket("FACTS_BUCKET")).transpose()?;
    let bucket = env.get("BUCKET").map(|_| around.bucket("BUCKET")).transpose()?;
    let patience = SignedDuration::from_secs(env.parsed("READING_SECONDS", READING_SECONDS)?);
    let store = store::Store::new(around.table()?);
    let app = app::App::new(store, around.clock.clone(), around.mint.clone(), bucket, patience);

    let (hears, reads) = (app.clone(), app.clone());
    let roles = Roles::of("catalog", around)
        .asks(api::asks(app.clone()))
        .on(Role::Worker, handler(move |batch| inbox::hear(hears.clone(), facts_bucket.clone(), batch)))
        .on(Role::Uploads, handler(move |batch| inbox::hear_uploads(reads.clone(), batch)));
    // A function that only ever hears messages is not given what a door needs, and opens without.
    match env.require(API.iter().copied()) {
        Ok(()) => Ok(roles.api(router(Api::open(app, around)?))),
        Err(_) => Ok(roles),
    }
}
