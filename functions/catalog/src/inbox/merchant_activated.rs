//! A shop sells, for the first time or again: what it has published is seen.

use facts::merchants::MerchantActivated;
use queue::HearError;

use crate::app::App;
use crate::domain::Standing;

pub(super) async fn hear(app: &App, version: u64, activated: MerchantActivated) -> Result<(), HearError> {
    Ok(app.hear_standing(activated.merchant, Standing::Open, version).await?)
}
