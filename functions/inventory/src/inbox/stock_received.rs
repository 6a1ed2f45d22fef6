//! Goods arrived: the public may hear of it.

use facts::inventory::StockReceived;
use queue::Unheard;

use crate::app::App;

pub(super) async fn hear(app: &App, received: StockReceived) -> Result<(), Unheard> {
    app.refresh_level(received.variant).await?;
    Ok(())
}
