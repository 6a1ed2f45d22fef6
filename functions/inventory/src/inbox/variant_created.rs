//! The catalog has a new variant: its stock is opened, with nothing in it.

use facts::catalog::VariantCreated;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, created: VariantCreated) -> Result<(), HearError> {
    app.open_variant(fact, &created).await?;
    Ok(())
}
