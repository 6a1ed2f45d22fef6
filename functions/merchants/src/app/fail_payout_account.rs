//! The market could not make sure of an account.

use super::{Actor, App, AppError};
use crate::domain::Note;
use crate::store::Kept;

impl App {
    /// Says that the account could not be verified, and why.
    pub async fn fail_payout_account(&self, actor: &Actor, note: Note) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.fail_payout_account(note.clone(), now)).await
    }
}
