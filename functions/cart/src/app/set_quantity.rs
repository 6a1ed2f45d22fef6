//! Sets how many of a line are wanted.

use super::{App, AppError, Expected};
use crate::domain::{LineName, Owner, Quantity};
use crate::store::Kept;

impl App {
    /// From now on so many of the line, neither more nor less.
    pub async fn set_quantity(
        &self,
        owner: Owner,
        line: LineName,
        quantity: Quantity,
        expected: Expected,
    ) -> Result<Kept, AppError> {
        self.change(owner, expected, |cart| cart.set_quantity(line, quantity.get())).await
    }
}
