//! What the market takes of a sale: asked by other rooms, and tried out by shops.

use futures::future::try_join;
use ids::MerchantId;
use jiff::Timestamp;

use super::{Actor, App, AppError};
use crate::domain::{Charge, Line, charge};

impl App {
    /// What would be taken of these lines at an instant, now when nothing is said. Answers that instant
    /// too.
    pub async fn commission(
        &self,
        merchant: MerchantId,
        lines: &[Line],
        at: Option<Timestamp>,
    ) -> Result<(Charge, Timestamp), AppError> {
        let at = at.unwrap_or_else(|| self.clock.now());
        let (own, market) =
            try_join(self.store.peek_book(Some(merchant)), self.store.peek_book(None)).await?;
        Ok((charge(lines, &own, &market, at)?, at))
    }

    /// What a sale of one's own shop would cost.
    pub async fn preview_commission(
        &self,
        actor: &Actor,
        lines: &[Line],
        at: Option<Timestamp>,
    ) -> Result<(Charge, Timestamp), AppError> {
        self.commission(actor.merchant, lines, at).await
    }
}
