//! Who somebody is: accounts, sign-ins, the keys of programs, and the word that other rooms believe.
//!
//! Read [`domain`] for what is true of people and programs, [`tokens`] for the texts by which they
//! prove something, [`app`] for what can be done, one file each, [`store`] for where it lies. `api` is
//! the room's face to people and other rooms, `inbox` is what it hears. The door plate is `README.md`.

mod api;
mod app;
mod authority;
mod domain;
mod hasher;
mod inbox;
mod store;
mod tokens;

use app::{App, AppError, Market, Secrets};
use domain::Password;
use jiff::Timestamp;
use lambda::{Hears, May, Role, Room, Surroundings, Unready};

pub use app::Appointed;
pub use domain::{Email, Violation};

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
    Room::of("identity", open)
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

fn open(around: &Surroundings) -> Result<App, Unready> {
    let text = |name: &str| around.env.get(name).unwrap_or_default().to_owned();
    let market = Market { issuer: text("AUTH_ISSUER"), audience: text("AUTH_AUDIENCE") };
    let store = store::Store::new(around.table()?, around.mint.clone());
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
    let app = open(around)?;
    Ok(app.appoint_admin(&email, password.as_ref()).await?)
}
