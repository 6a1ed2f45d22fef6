//! What the room hears. Everything here may be heard twice and late, and comes to the same.

use facts::identity::AccountClosed;
use queue::{HearError, Heard};

use crate::app::{App, AppError};
use crate::domain::Owner;

/// An account is closed: what lay in its cart is a trace of a person, and goes.
pub(crate) async fn account_closed(app: App, heard: Heard<AccountClosed>) -> Result<(), HearError> {
    let forgotten = app.store.forget(Owner::Account(heard.fact.account)).await;
    Ok(forgotten.map_err(AppError::from)?)
}
