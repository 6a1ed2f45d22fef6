//! An account is no more: its cart goes with it.

use facts::identity::AccountClosed;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, closed: AccountClosed) -> Result<(), HearError> {
    app.close_account(closed.account).await?;
    Ok(())
}
