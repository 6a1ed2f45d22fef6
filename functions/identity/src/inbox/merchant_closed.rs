//! A shop is no more: nobody acts for it, neither a person nor a program.

use facts::merchants::MerchantClosed;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, closed: MerchantClosed) -> Result<(), HearError> {
    Ok(app.close_shop(fact, closed.merchant).await?)
}
