//! The market ends a rule, now or later.

use ids::RuleId;
use jiff::Timestamp;

use super::change::won;
use super::{App, AppError};
use crate::domain::{Refusal, Rule};

impl App {
    /// Ends a rule, now when nothing else is said.
    pub async fn end_rule(&self, id: RuleId, at: Option<Timestamp>) -> Result<Rule, AppError> {
        let merchant = self.store.book_of(id).await?.ok_or(Refusal::NoSuchRule)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let loaded = self.store.book(merchant).await?;
            let (rule, facts) = loaded.book.rule(id)?.end(at, now)?;
            if won(self.store.save_rule(&loaded, &rule, facts, None, now).await)?.is_some() {
                return Ok(rule);
            }
        }
        Err(AppError::Busy)
    }
}
