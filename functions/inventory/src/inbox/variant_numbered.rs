//! The catalog has given a variant its number.

use facts::catalog::VariantNumbered;
use queue::HearError;

use crate::app::App;

pub(super) async fn hear(app: &App, fact: &str, numbered: VariantNumbered) -> Result<(), HearError> {
    app.number_variant(fact, &numbered).await?;
    Ok(())
}
