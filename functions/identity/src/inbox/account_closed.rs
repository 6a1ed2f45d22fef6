//! An account of ours is closed: what lies around it is swept here, so that a closing whose function
//! died right after is finished all the same.

use facts::identity::AccountClosed;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, closed: AccountClosed) -> Result<(), HearError> {
    Ok(app.sweep_account(closed.account).await?)
}
