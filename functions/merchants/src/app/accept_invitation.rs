//! Somebody takes a place that was offered to them.

use futures::future::try_join;
use ids::AccountId;

use super::{App, AppError, Sign};
use crate::domain::{MerchantRole, Refusal};
use crate::store::{Kept, Store};

/// A place that was taken.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The shop.
    pub kept: Kept,
    /// What they may do there.
    pub role: MerchantRole,
}

impl App {
    /// Takes the place that a token opens. The shop and the invitation change together: a token opens
    /// one place once, however many try it at the same time.
    pub async fn accept_invitation(
        &self,
        account: AccountId,
        token: &str,
        sign: Sign<'_, Accepted>,
    ) -> Result<(), AppError> {
        let letter = self.letters()?.letter(token).await?.ok_or(Refusal::BadToken)?;
        let (merchant, id) = self.store.letter(letter).await?.ok_or(Refusal::BadToken)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (shop, invitation) =
                try_join(self.store.shop(merchant), self.store.invitation(merchant, id)).await?;
            let old = shop.ok_or(AppError::NoSuchShop)?;
            let (mut invitation, loaded) = invitation.ok_or(Refusal::BadToken)?;
            let (mut shop, now) = (old.shop.clone(), self.clock.now());
            invitation.accept(now)?;
            let role = invitation.role;
            let facts = shop.add_member(account, role, Some(invitation.email.clone()), now)?;
            let beside = vec![Store::put_invitation(&invitation, loaded, Vec::new(), now)?];
            let sign = |kept: &Kept| sign(&Accepted { kept: kept.clone(), role });
            if self.save_next(&old, shop, facts, beside, Some(&sign), now).await?.is_some() {
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
