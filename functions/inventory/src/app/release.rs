//! Gives back what is held.

use super::{App, AppError};
use crate::domain::{Action, Owner, Reservation};

impl App {
    /// Makes free again what the owner's reservation holds.
    pub async fn release(&self, owner: &Owner) -> Result<Reservation, AppError> {
        self.settle(owner, Action::Release).await
    }
}
