//! The catalog has given a variant its number.

use facts::catalog::VariantNumbered;
use queue::Unheard;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, numbered: VariantNumbered) -> Result<(), Unheard> {
    app.number_variant(fact, &numbered).await?;
    Ok(())
}
