//! The market has made sure of an account.

use super::{Actor, App, AppError};
use crate::domain::Evidence;
use crate::store::Kept;

impl App {
    /// Says that the account is the shop's own, and what shows it.
    pub async fn verify_payout_account(&self, actor: &Actor, evidence: Evidence) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.verify_payout_account(evidence.clone(), now)).await
    }
}
