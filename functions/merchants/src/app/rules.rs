//! What the market takes: rules are made and ended, and asked what they come to. Hand-written, because a
//! book is many items that change under one guard.

use dynamo::Receipt;
use failure::Failure;
use futures::future::try_join;
use ids::{MerchantId, RuleId};
use jiff::Timestamp;

use super::{App, AppError};
use crate::domain::{Charge, Line, NewRule, Rate, Refusal, Rule, Target, charge};

pub(crate) struct AddRule {
    /// The shop it is made with; none for all.
    pub merchant: Option<MerchantId>,
    pub target: Target,
    pub rate: Rate,
    /// From when on; from now on when missing.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl App {
    /// Makes a rule, unless another one speaks of the same sales at the same time.
    pub(crate) async fn add_rule(
        &self,
        AddRule { merchant, target, rate, from, until }: AddRule,
        receipt: Receipt<Rule>,
    ) -> Result<Rule, AppError> {
        if let Some(merchant) = merchant {
            self.store.peek_shop(merchant).await?.ok_or(Refusal::NoSuchShop)?;
        }
        let id = RuleId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let loaded = self.store.book(merchant).await?;
            let (rule, facts) = loaded.book.add(NewRule { id, merchant, target, rate, from, until }, now)?;
            let mut writes = loaded.writes(&rule, facts, now)?;
            writes.push(receipt.write(&rule)?);
            if self.store.commit(writes).await? {
                return Ok(rule);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Ends a rule, now when nothing else is said.
    pub(crate) async fn end_rule(&self, id: RuleId, at: Option<Timestamp>) -> Result<Rule, AppError> {
        let merchant = self.store.book_of(id).await?.ok_or(Refusal::NoSuchRule)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let loaded = self.store.book(merchant).await?;
            let (rule, facts) = loaded.book.rule(id)?.end(at, now)?;
            if self.store.commit(loaded.writes(&rule, facts, now)?).await? {
                return Ok(rule);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// What would be taken of these lines at an instant, now when nothing is said. Answers that instant
    /// too.
    pub(crate) async fn commission(
        &self,
        merchant: MerchantId,
        lines: &[Line],
        at: Option<Timestamp>,
    ) -> Result<(Charge, Timestamp), AppError> {
        let at = at.unwrap_or_else(|| self.clock.now());
        let (own, market) =
            try_join(self.store.peek_book(Some(merchant)), self.store.peek_book(None)).await?;
        Ok((charge(lines, &own, &market, at).map_err(Refusal::BadLines)?, at))
    }
}
