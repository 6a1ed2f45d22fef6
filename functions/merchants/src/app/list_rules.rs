//! Rules, those that are over included.

use dynamo::Cursor;
use ids::MerchantId;

use super::{Actor, App, AppError};
use crate::domain::Rule;

/// A page of rules, newest first.
type Rules = Result<(Vec<Rule>, Option<Cursor>), AppError>;

impl App {
    /// The rules that were made with a shop, or those that hold for all.
    pub async fn list_rules(&self, merchant: Option<MerchantId>, limit: u16, after: Option<Cursor>) -> Rules {
        Ok(self.store.rules_page(merchant, limit, after).await?)
    }

    /// The rules that were made with one's own shop.
    pub async fn list_own_rules(&self, actor: &Actor, limit: u16, after: Option<Cursor>) -> Rules {
        self.list_rules(Some(actor.merchant), limit, after).await
    }

    /// The rules that hold for one's own shop as for every other.
    pub async fn list_market_rules(&self, _: &Actor, limit: u16, after: Option<Cursor>) -> Rules {
        self.list_rules(None, limit, after).await
    }
}
