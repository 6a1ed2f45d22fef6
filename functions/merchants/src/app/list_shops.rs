//! The shops that the market has to do with.

use dynamo::Cursor;

use super::{App, AppError};
use crate::domain::State;
use crate::store::Card;

impl App {
    /// A page of the shops in a state, those that have been in it the longest first.
    pub async fn list_shops(
        &self,
        state: State,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Card>, Option<Cursor>), AppError> {
        Ok(self.store.shops_in(state, limit, after).await?)
    }
}
