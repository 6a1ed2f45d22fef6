//! What every change of a shop has in common: let a decision be made about it, save what came of it,
//! and do so again if somebody else was faster.

use dynamo::Write;
use facts::Unsent;
use jiff::Timestamp;

use super::{Actor, App, AppError, Sign};
use crate::domain::{Decided, Shop};
use crate::store::{Change, Kept, Unsaved};

impl App {
    /// Changes a shop as `decide` says.
    pub(super) async fn change(
        &self,
        actor: &Actor,
        sign: Option<Sign<'_, Kept>>,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided,
    ) -> Result<Kept, AppError> {
        self.change_with(actor, sign, Vec::new(), decide).await
    }

    /// Changes a shop as `decide` says, together with something beside it.
    pub(super) async fn change_with(
        &self,
        actor: &Actor,
        sign: Option<Sign<'_, Kept>>,
        beside: Vec<Write>,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided,
    ) -> Result<Kept, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let old = self.current(actor, &attempts).await?;
            let now = self.clock.now();
            let mut shop = old.shop.clone();
            let facts = decide(&mut shop, now)?;
            if let Some(kept) = self.save_next(&old, shop, facts, beside.clone(), sign, now).await? {
                return Ok(kept);
            }
        }
        Err(AppError::Busy)
    }

    /// Saves a shop's next version. Answers nothing when somebody else was faster.
    pub(super) async fn save_next(
        &self,
        old: &Kept,
        shop: Shop,
        facts: Vec<Unsent>,
        mut beside: Vec<Write>,
        sign: Option<Sign<'_, Kept>>,
        now: Timestamp,
    ) -> Result<Option<Kept>, AppError> {
        let new = Kept { shop, version: old.version + 1 };
        beside.extend(sign.map(|sign| sign(&new)).transpose().map_err(AppError::Door)?);
        let change = Change { old: Some(old), new: &new.shop, facts, at: now, beside };
        won(self.store.save(change).await).map(|won| won.map(|()| new))
    }
}

/// Nothing where somebody else was faster.
pub(super) fn won(saved: Result<(), Unsaved>) -> Result<Option<()>, AppError> {
    match saved {
        Ok(()) => Ok(Some(())),
        Err(Unsaved::Overtaken) => Ok(None),
        Err(Unsaved::Refused(refusal)) => Err(refusal.into()),
        Err(Unsaved::Table(error)) => Err(error.into()),
    }
}
