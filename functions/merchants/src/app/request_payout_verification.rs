//! A shop asks the market to make sure of its account.

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Asks the market to look at the payout account.
    pub async fn request_payout_verification(&self, actor: &Actor) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.request_payout_verification(now)).await
    }
}
