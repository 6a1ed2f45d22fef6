//! A shop promises something in a language no longer.

use super::{Actor, App, AppError};
use crate::domain::{Locale, PolicyKind};
use crate::store::{Kept, Store};

impl App {
    /// Takes the words of a promise in a language away.
    pub async fn remove_policy(
        &self,
        actor: &Actor,
        kind: PolicyKind,
        locale: &Locale,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let old = self.current(actor, &attempts).await?;
            let mut policies = self.store.policy(actor.merchant, kind).await?;
            let (mut shop, now) = (old.shop.clone(), self.clock.now());
            let facts = shop.remove_policy(kind, locale, now)?;
            policies.texts.remove(locale);
            let beside = vec![Store::put_policy(actor.merchant, kind, &policies)?];
            if let Some(kept) = self.save_next(&old, shop, facts, beside, None, now).await? {
                return Ok(kept);
            }
        }
        Err(AppError::Busy)
    }
}
