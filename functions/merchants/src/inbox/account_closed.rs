//! An account is no more: neither are its places in shops, and a shop whose last owner it was does not
//! sell any more.

use facts::identity::AccountClosed;
use queue::Unheard;

use crate::app::App;

pub(super) async fn hear(app: &App, closed: AccountClosed) -> Result<(), Unheard> {
    Ok(app.forget_account(closed.account).await?)
}
