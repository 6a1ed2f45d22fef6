//! A shop says where its money goes.

use super::{Actor, App, AppError, Sign};
use crate::domain::PayoutAccount;
use crate::store::{Kept, Store};

impl App {
    /// Has the money go to another account. The number lies apart from the shop, and is written with
    /// it in one transaction.
    pub async fn set_payout_account(
        &self,
        actor: &Actor,
        account: &PayoutAccount,
        sign: Sign<'_, Kept>,
    ) -> Result<Kept, AppError> {
        let beside = vec![Store::put_payout_account(actor.merchant, account)?];
        let decide = |shop: &mut crate::domain::Shop, now| shop.set_payout_account(account, now);
        self.change_with(actor, Some(sign), beside, decide).await
    }
}
