//! The catalog has a new variant: its stock is opened, with nothing in it.

use facts::catalog::VariantCreated;
use queue::Unheard;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, created: VariantCreated) -> Result<(), Unheard> {
    app.open_variant(fact, &created).await?;
    Ok(())
}
