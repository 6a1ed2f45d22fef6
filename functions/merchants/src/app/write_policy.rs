//! A shop promises something in a language, or promises it otherwise.

use super::{Actor, App, AppError};
use crate::domain::{Locale, PolicyKind, PolicyText};
use crate::store::{Kept, Store};

impl App {
    /// Puts a promise into words. The words lie apart from the shop and share its version: whoever
    /// writes at the same time is noticed by the shop.
    pub async fn write_policy(
        &self,
        actor: &Actor,
        kind: PolicyKind,
        locale: Locale,
        text: PolicyText,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let old = self.current(actor, &attempts).await?;
            let mut policies = self.store.policy(actor.merchant, kind).await?;
            let (mut shop, now) = (old.shop.clone(), self.clock.now());
            let facts = shop.write_policy(kind, locale.clone(), now)?;
            policies.texts.insert(locale.clone(), text.clone());
            let beside = vec![Store::put_policy(actor.merchant, kind, &policies)?];
            if let Some(kept) = self.save_next(&old, shop, facts, beside, None, now).await? {
                return Ok(kept);
            }
        }
        Err(AppError::Busy)
    }
}
