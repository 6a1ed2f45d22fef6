//! What a shop may see of its account.

use super::{Actor, App, AppError};
use crate::domain::{Payout, Refusal};

impl App {
    /// The end of the number, and whether the account is known to be the shop's.
    pub fn get_payout_account<'a>(&self, actor: &'a Actor) -> Result<&'a Payout, AppError> {
        Ok(actor.kept.shop.payout.as_ref().ok_or(Refusal::NoPayoutAccount)?)
    }
}
