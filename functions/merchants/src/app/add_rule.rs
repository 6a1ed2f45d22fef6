//! The market makes a rule about what it takes.

use ids::{MerchantId, RuleId};
use jiff::Timestamp;

use super::change::won;
use super::{App, AppError, Sign};
use crate::domain::{NewRule, Rate, Rule, Target};

/// A rule that is to be made.
#[derive(Clone, Debug)]
pub struct AddRule {
    /// The shop it is made with; none for all.
    pub merchant: Option<MerchantId>,
    /// What it is about.
    pub target: Target,
    /// What is taken.
    pub rate: Rate,
    /// From when on; from now on when nothing is said.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl App {
    /// Makes a rule, unless another one speaks of the same sales at the same time.
    pub async fn add_rule(&self, command: AddRule, sign: Sign<'_, Rule>) -> Result<Rule, AppError> {
        let AddRule { merchant, target, rate, from, until } = command;
        if let Some(merchant) = merchant {
            self.store.peek_shop(merchant).await?.ok_or(AppError::NoSuchShop)?;
        }
        let id = RuleId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let loaded = self.store.book(merchant).await?;
            let (rule, facts) = loaded.book.add(NewRule { id, merchant, target, rate, from, until }, now)?;
            let sign = sign(&rule).map_err(AppError::Door)?;
            if won(self.store.save_rule(&loaded, &rule, facts, Some(sign), now).await)?.is_some() {
                return Ok(rule);
            }
        }
        Err(AppError::Busy)
    }
}
