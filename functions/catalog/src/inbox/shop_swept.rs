//! A page of a closed shop's products has no pictures any more: the next page is looked at.

use facts::catalog::ShopSwept;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, swept: ShopSwept) -> Result<(), HearError> {
    Ok(app.sweep_shop(swept.merchant, Some(swept.until)).await?)
}
