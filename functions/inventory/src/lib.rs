//! Stock: how much of each variant lies where, who it is held for, and who bought it.
//!
//! Read [`domain`] for what is true of stock, [`app`] for what can be done with it, one file each,
//! [`store`] for where it lies. `api` is the room's face to people and other rooms, `inbox` is what
//! it hears. The door plate is `README.md`.

mod api;
pub mod app;
pub mod domain;
mod inbox;
pub mod store;

use domain::Violation;
use jiff::Timestamp;
use lambda::{May, Need, Role, Roles, Room, Surroundings, Unready, handler};

pub use api::{Api, router, routes};

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// What the door of the room needs, whoever stands at it.
const API: &[&str] = &["TABLE", "TIMERS_QUEUE_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::by_hand(
        "inventory",
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
                    May::Ask(&["identity"]),
                ],
            },
            Need {
                role: Role::Worker,
                variables: &["TABLE", "TIMERS_QUEUE_URL", "FACTS_BUCKET"],
                may: &[May::Table(&["GetItem", "PutItem", "Query", "UpdateItem"])],
            },
            Need {
                role: Role::Timer,
                variables: &["TABLE", "TIMERS_QUEUE_URL"],
                may: &[May::Table(&["GetItem", "PutItem", "Query", "UpdateItem"])],
            },
            Need {
                role: Role::Expiry,
                variables: &["TABLE"],
                may: &[May::Table(&["PutItem", "UpdateItem"])],
            },
        ],
        open,
    )
}

fn open(around: &Surroundings) -> Result<Roles, Unready> {
    let env = &around.env;
    let timers = env.get("TIMERS_QUEUE_URL").map(|_| around.timers()).transpose()?;
    let facts_bucket = env.get("FACTS_BUCKET").map(|_| around.bucket("FACTS_BUCKET")).transpose()?;
    let table = around.table()?;
    let store = store::Store::new(table.clone());
    let app = app::App::new(store, around.clock.clone(), around.mint.clone(), around.seed, timers);

    let (hears, wakes, sweeps) = (app.clone(), app.clone(), app.clone());
    let roles = Roles::of("inventory", around)
        .asks(api::asks(app.clone()))
        .on(Role::Worker, handler(move |batch| inbox::hear(hears.clone(), facts_bucket.clone(), batch)))
        .on(Role::Timer, handler(move |batch| inbox::wake(wakes.clone(), batch)))
        .on(Role::Expiry, handler(move |batch| inbox::sweep(sweeps.clone(), batch)));
    // A function that only ever hears messages is not given what a door needs, and opens without.
    match env.require(API.iter().copied()) {
        Ok(()) => Ok(roles.api(router(Api::open(app, around, table)?))),
        Err(_) => Ok(roles),
    }
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
