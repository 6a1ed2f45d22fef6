//! A shop may not sell until somebody decides otherwise: what it has published is not seen.

use facts::merchants::MerchantRestricted;
use queue::HearError;

use crate::app::App;
use crate::domain::Standing;

pub(super) async fn hear(app: &App, version: u64, restricted: MerchantRestricted) -> Result<(), HearError> {
    Ok(app.hear_standing(restricted.merchant, Standing::Halted, version).await?)
}
