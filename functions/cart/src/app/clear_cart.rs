//! Takes everything out.

use super::{App, Expected, Trouble};
use crate::domain::Owner;
use crate::store::Kept;

impl App {
    /// Takes every line out.
    pub async fn clear_cart(&self, owner: Owner, expected: Expected) -> Result<Kept, Trouble> {
        self.change(owner, expected, |cart| Ok(cart.cleared())).await
    }
}
