//! Merchants: shops from their opening to their end, the people who work in them, what the market takes
//! of their sales, and where their money goes.
//!
//! Read [`domain`] for what is true of shops, [`app`] for what can be done with them, one file each,
//! [`store`] for where they lie. `api` is the room's face to people and other rooms, `inbox` is what it
//! hears and what comes into its bucket. The door plate is `README.md`.

mod api;
mod app;
mod domain;
mod inbox;
mod store;

use lambda::{May, Need, Role, Roles, Room, Surroundings, Unready, handler};

use api::{Api, router};

pub use api::openapi;
pub use store::Violation;

/// What the door of the room needs, whoever stands at it.
const API: &[&str] = &["TABLE", "BUCKET", "LETTER_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room {
        name: "merchants",
        needs: &[
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
                    May::Objects("documents/", &["GetObject", "PutObject"]),
                    May::Objects("logos/", &["GetObject", "PutObject"]),
                    May::Ask(&["identity"]),
                    // A link to what was deleted is answered 404, and not 403.
                    May::MissObjects,
                ],
            },
            Need {
                role: Role::Worker,
                variables: &["TABLE", "BUCKET", "FACTS_BUCKET"],
                may: &[
                    May::Table(&["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"]),
                    May::Objects("documents/", &["DeleteObject"]),
                    May::Objects("logos/", &["DeleteObject"]),
                ],
            },
            Need {
                role: Role::Uploads,
                variables: &["TABLE", "BUCKET"],
                may: &[
                    May::Table(&["GetItem", "PutItem"]),
                    May::Objects("documents/", &["DeleteObject", "GetObject"]),
                    May::Objects("logos/", &["DeleteObject", "GetObject"]),
                    May::MissObjects,
                ],
            },
        ],
        open,
    }
}

/// Checks everything that a table says about shops, at any moment: whatever may be in flight, it holds.
pub fn audit(items: impl IntoIterator<Item = dynamo::Item>) -> Result<Vec<Violation>, dynamo::Error> {
    store::audit(items)
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
    let letters = env.get("LETTER_SECRET").map(|name| (around.vault.clone(), name.to_owned()));
    let table = around.table()?;
    let store = store::Store::new(table.clone());
    let app = app::App::new(store, around.clock.clone(), around.mint.clone(), bucket, letters);

    let (hears, receives) = (app.clone(), app.clone());
    let roles = Roles::of("merchants", around)
        .asks(api::asks(app.clone()))
        .on(Role::Worker, handler(move |batch| inbox::hear(hears.clone(), facts_bucket.clone(), batch)))
        .on(Role::Uploads, handler(move |batch| inbox::hear_uploads(receives.clone(), batch)));
    // A function that only ever hears messages is not given what a door needs, and opens without.
    match env.require(API.iter().copied()) {
        Ok(()) => Ok(roles.api(router(Api::open(app, around, table)?).0)),
        Err(_) => Ok(roles),
    }
}
