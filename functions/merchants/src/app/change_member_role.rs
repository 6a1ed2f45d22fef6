//! An owner gives somebody another role.

use facts::merchants::MerchantRole;
use ids::AccountId;

use super::{Actor, App, AppError};
use crate::store::Kept;

impl App {
    /// Gives somebody another role.
    pub async fn change_member_role(
        &self,
        actor: &Actor,
        account: AccountId,
        role: MerchantRole,
    ) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.change_member_role(account, role, now)).await
    }
}
