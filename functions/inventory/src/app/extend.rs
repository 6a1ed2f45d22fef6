//! Holds what is held for longer.

use super::{App, AppError};
use crate::domain::{Action, Owner, Reservation, Seconds};

impl App {
    /// Lets the owner's reservation live for at least so long from now.
    pub async fn extend(&self, owner: &Owner, seconds: Seconds) -> Result<Reservation, AppError> {
        self.settle(owner, Action::Extend(seconds)).await
    }
}
