//! Takes everything out.

use super::{App, AppError, Expected};
use crate::domain::Owner;
use crate::store::Kept;

impl App {
    /// Takes every line out.
    pub async fn clear_cart(&self, owner: Owner, expected: Expected) -> Result<Kept, AppError> {
        self.change(owner, expected, |cart| Ok(cart.cleared())).await
    }
}
