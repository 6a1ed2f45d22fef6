//! Load, decide, save: one topic for each file, one use case for each method.
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of times,
//! and then says that it is busy.

mod account;
mod admin;
mod amend;
mod api_keys;
mod letters;
mod memberships;
mod passwords;
mod present;
mod registration;
mod sessions;
mod signing;

use clock::Clock;
use ids::Mint;
use lambda::{Surroundings, Unready};

use crate::domain::Refusal;
use crate::hasher::Hasher;
use crate::store::Store;

pub use admin::{Appointed, NotAppointed, appoint_admin};
pub use api_keys::MadeKey;
pub use letters::Progress;
pub use present::Who;
pub use registration::Registration;
pub use sessions::{SignIn, Tokens};
use signing::Secrets;

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

#[derive(Clone)]
pub struct App {
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    store: Store,
    mint: Mint,
    hasher: Hasher,
}

impl App {
    pub(crate) fn open(around: &Surroundings) -> Result<App, Unready> {
        let store = Store::new(around.table()?, around.mint.clone());
        let hasher = Hasher::open(&around.env)?;
        let (clock, mint) = (around.clock.clone(), around.mint.clone());
        Ok(App { clock, secrets: Secrets::open(around), store, mint, hasher })
    }
}
