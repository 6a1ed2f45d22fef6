//! Sells what is held.

use super::{App, AppError};
use crate::domain::{Action, Owner, Reservation};

impl App {
    /// Sells what the owner's reservation holds, if its time has not passed.
    pub async fn commit(&self, owner: &Owner) -> Result<Reservation, AppError> {
        self.settle(owner, Action::Commit).await
    }
}
