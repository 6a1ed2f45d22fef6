//! Takes a line out.

use super::{App, AppError, Expected};
use crate::domain::{LineName, Owner};
use crate::store::Kept;

impl App {
    /// Takes the line out. One that is not there is out already.
    pub async fn remove_line(
        &self,
        owner: Owner,
        line: LineName,
        expected: Expected,
    ) -> Result<Kept, AppError> {
        self.change(owner, expected, |cart| Ok(cart.without(line))).await
    }
}
