//! What a shop promises. The words lie apart from the shop and share its version: two who write at the
//! same time are noticed by the shop.

use dynamo::{Versioned, transition};
use failure::Failure;
use jiff::Timestamp;

use super::{Actor, App, AppError};
use crate::domain::{Decided, Locale, PolicyKind, PolicyText, Shop};
use crate::store::Policies;

impl App {
    pub(crate) async fn write_policy(
        &self,
        actor: &Actor,
        kind: PolicyKind,
        locale: Locale,
        text: PolicyText,
    ) -> Result<Versioned<Shop>, AppError> {
        let decide = |shop: &mut Shop, now| shop.write_policy(kind, locale.clone(), now);
        let edit = |policies: &mut Policies| drop(policies.texts.insert(locale.clone(), text.clone()));
        self.change_policy(actor, kind, decide, edit).await
    }

    pub(crate) async fn remove_policy(
        &self,
        actor: &Actor,
        kind: PolicyKind,
        locale: &Locale,
    ) -> Result<Versioned<Shop>, AppError> {
        let decide = |shop: &mut Shop, now| shop.remove_policy(kind, locale, now);
        self.change_policy(actor, kind, decide, |policies| drop(policies.texts.remove(locale))).await
    }

    /// Hand-written, because the words are read again with every attempt.
    async fn change_policy(
        &self,
        actor: &Actor,
        kind: PolicyKind,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
        edit: impl Fn(&mut Policies) + Send + Sync,
    ) -> Result<Versioned<Shop>, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let old = self.current(actor, &attempts).await?;
            old.is_seen(actor.seen)?;
            let mut policies = self.store.policy(actor.merchant, kind).await?;
            let (mut shop, now) = (old.body.clone(), self.clock.now());
            let facts = decide(&mut shop, now)?;
            edit(&mut policies);
            let mut writes = transition(self.store.at(actor.merchant), Some(&old), &shop, facts, now)?;
            writes.push(self.store.put_policy(actor.merchant, kind, &policies)?);
            if self.store.commit(writes).await? {
                return Ok(Versioned { version: old.version + 1, body: shop });
            }
        }
        Err(Failure::overtaken().into())
    }
}
