//! An account is no more: neither are its places in shops, and a shop whose last owner it was does not
//! sell any more.

use facts::identity::AccountClosed;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, closed: AccountClosed) -> Result<(), HearError> {
    Ok(app.forget_account(closed.account).await?)
}
