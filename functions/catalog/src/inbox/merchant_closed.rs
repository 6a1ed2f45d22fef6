//! A shop is no more: what it has published is not seen again, and its pictures go.

use facts::merchants::MerchantClosed;
use queue::HearError;

use crate::app::App;
use crate::domain::Standing;

pub(super) async fn hear(app: &App, version: u64, closed: MerchantClosed) -> Result<(), HearError> {
    app.hear_standing(closed.merchant, Standing::Closed, version).await?;
    Ok(app.sweep_shop(closed.merchant, None).await?)
}
