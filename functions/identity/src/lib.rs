//! Who somebody is: accounts, sign-ins, the keys of programs, and the word that other rooms believe.
//!
//! Read [`domain`] for what is true of people and programs, [`tokens`] for the texts by which they
//! prove something, [`app`] for what can be done, one file each, [`store`] for where it lies. `api` is
//! the room's face to people and other rooms, `inbox` is what it hears. The door plate is `README.md`.

mod api;
pub mod app;
mod authority;
pub mod domain;
pub mod hasher;
mod inbox;
pub mod store;
pub mod tokens;

use app::{App, AppError, Appointed, Market, Secrets};
use domain::{Email, Password, Violation};
use jiff::Timestamp;
use lambda::{May, Need, Role, Roles, Room, Surroundings, Unready, handler};

pub use api::{Api, openapi, router};

/// What the door of the room needs, whoever stands at it.
const API: &[&str] = &["TABLE", "SIGNING_SECRET", "LETTER_SECRET", "AUTH_ISSUER", "AUTH_AUDIENCE"];

/// The room and the roles that it plays.
pub fn room() -> Room {
    Room::by_hand(
        "identity",
        &[
            Need {
                role: Role::Api,
                variables: API,
                may: &[May::Table(&[
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "GetItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ])],
            },
            Need {
                role: Role::Worker,
                variables: &["TABLE", "FACTS_BUCKET"],
                may: &[May::Table(&[
                    "BatchGetItem",
                    "ConditionCheckItem",
                    "DeleteItem",
                    "GetItem",
                    "PutItem",
                    "Query",
                    "UpdateItem",
                ])],
            },
            Need {
                role: Role::Schedule,
                variables: &["TABLE", "SIGNING_SECRET"],
                may: &[May::Table(&["UpdateItem"]), May::ReplaceSecret("SIGNING_SECRET")],
            },
        ],
        open,
    )
}

fn open(around: &Surroundings) -> Result<Roles, Unready> {
    let env = &around.env;
    let facts_bucket = env.get("FACTS_BUCKET").map(|_| around.bucket("FACTS_BUCKET")).transpose()?;
    let table = around.table()?;
    let app = use_cases(around, table.clone())?;
    let (hears, turns) = (app.clone(), app.clone());
    let roles = Roles::of("identity", around)
        .asks(api::asks(app.clone()))
        .on(Role::Worker, handler(move |batch| inbox::hear(hears.clone(), facts_bucket.clone(), batch)))
        .on(Role::Schedule, handler(move |_: serde_json::Value| inbox::turn(turns.clone())));
    // A function that only ever hears messages is not given what a door needs, and opens without.
    match env.require(API.iter().copied()) {
        Ok(()) => Ok(roles.api(router(Api::open(app, around, table)?).0)),
        Err(_) => Ok(roles),
    }
}

fn use_cases(around: &Surroundings, table: dynamo::Table) -> Result<App, Unready> {
    let text = |name: &str| around.env.get(name).unwrap_or_default().to_owned();
    let market = Market { issuer: text("AUTH_ISSUER"), audience: text("AUTH_AUDIENCE") };
    let store = store::Store::new(table, around.mint.clone());
    let hasher = hasher::Hasher::open(&around.env)?;
    let (clock, mint, secrets) = (around.clock.clone(), around.mint.clone(), Secrets::open(around));
    Ok(App::new(store, clock, mint, hasher, secrets, market))
}

/// Checks the books of a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(
    items: impl IntoIterator<Item = dynamo::Item>,
    now: Timestamp,
) -> Result<Vec<Violation>, dynamo::Error> {
    store::read_books(items).map(|books| domain::audit(&books, now))
}

/// Checks the books of a whole table at a moment when every message has been heard: what was closed
/// is swept.
pub fn audit_at_rest(
    items: impl IntoIterator<Item = dynamo::Item>,
    now: Timestamp,
) -> Result<Vec<Violation>, dynamo::Error> {
    let books = store::read_books(items)?;
    Ok(domain::audit(&books, now).into_iter().chain(domain::unswept(&books)).collect())
}

/// Why nobody was appointed.
#[derive(Debug, thiserror::Error)]
pub enum NotAppointed {
    /// The host is not ready for it.
    #[error(transparent)]
    Unready(#[from] Unready),
    /// The e-mail or the password is none.
    #[error(transparent)]
    Malformed(#[from] words::OutOfBounds),
    /// The use case says no.
    #[error(transparent)]
    Refused(#[from] AppError),
}

/// Makes whoever has this e-mail an admin: for the command line of a host, which is the only way to
/// the first one. An account that is not there yet needs a password.
pub async fn appoint_admin(
    around: &Surroundings,
    email: &str,
    password: Option<&str>,
) -> Result<Appointed, NotAppointed> {
    let email: Email = email.parse()?;
    let password = password.map(|text| Password::try_from(text.to_owned())).transpose()?;
    let app = use_cases(around, around.table()?)?;
    Ok(app.appoint_admin(&email, password.as_ref()).await?)
}
