//! Goods arrived: the public may hear of it.

use facts::inventory::StockReceived;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, received: StockReceived) -> Result<(), HearError> {
    app.refresh_level(received.variant).await?;
    Ok(())
}
