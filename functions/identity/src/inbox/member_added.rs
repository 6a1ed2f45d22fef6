//! Somebody works in a shop, or in another role than before: their next token says so.

use facts::merchants::MemberAdded;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, added: MemberAdded) -> Result<(), HearError> {
    Ok(app.join_shop(fact, added.account, added.merchant, added.role).await?)
}
