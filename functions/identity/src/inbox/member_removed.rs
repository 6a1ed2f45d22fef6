//! Somebody does not work in a shop any more: their next token does not say so either.

use facts::merchants::MemberRemoved;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, removed: MemberRemoved) -> Result<(), HearError> {
    Ok(app.leave_shop(fact, removed.account, removed.merchant).await?)
}
