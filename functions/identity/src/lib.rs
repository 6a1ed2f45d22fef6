//! Who somebody is: accounts, sign-ins, the keys of programs, and the word that other rooms believe.
//!
//! Read `domain` for what is true of people and programs, `tokens` for the texts by which they prove
//! something, `app` for what can be done, one file for each topic, `store` for where it lies. `api` is the
//! room's face to people and other rooms, `inbox` is what it hears. The door plate is `README.md`.

mod api;
mod app;
mod authority;
mod domain;
mod hasher;
mod inbox;
mod store;
mod tokens;

use app::App;
use lambda::{Hears, May, Role, Room};

pub use app::{Appointed, NotAppointed, appoint_admin};
pub use domain::{Email, Violation};
pub use store::{audit, audit_at_rest};

/// What the room says of its API, as it was reviewed.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// What the API and the worker do with the table.
const TABLE: May = May::Table(&[
    "BatchGetItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "UpdateItem",
]);

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::of("identity", App::open)
        .api(
            &["TABLE", "SIGNING_SECRET", "LETTER_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"],
            &[TABLE],
            api::open,
            api::routes,
        )
        .asks(api::asks)
        .worker(
            &["TABLE", "FACTS_BUCKET"],
            &[TABLE],
            Hears::nothing()
                .and(inbox::account_closed)
                .and(inbox::member_added)
                .and(inbox::member_removed)
                .and(inbox::merchant_closed),
        )
        .on(
            Role::Schedule,
            &["TABLE", "SIGNING_SECRET"],
            &[May::Table(&["UpdateItem"]), May::ReplaceSecret("SIGNING_SECRET")],
            inbox::turn,
        )
        .done()
}
