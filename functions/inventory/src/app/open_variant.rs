//! Opens the stock of a variant that the catalog has just created.

use dynamo::Heard;
use facts::catalog::VariantCreated;

use super::{App, AppError};
use crate::domain::Card;

impl App {
    /// Opens card and level. Being told twice, or by two facts, opens once.
    pub async fn open_variant(&self, fact: &str, created: &VariantCreated) -> Result<Heard, AppError> {
        let card = Card::open(created);
        Ok(self.store.open(created.variant, &card, fact, self.clock.now()).await?)
    }
}
