//! The shops that somebody works in.

use dynamo::Cursor;
use ids::AccountId;

use super::{App, AppError};
use crate::store::Kept;

impl App {
    /// A page of them. A place that was just given up may still be among what was read; whoever is
    /// no member of the shop itself does not see it.
    pub async fn list_my_shops(
        &self,
        account: AccountId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Kept>, Option<Cursor>), AppError> {
        let (shops, next) = self.store.shops_of(account, limit, after).await?;
        Ok((shops.into_iter().filter(|kept| kept.shop.role_of(account).is_some()).collect(), next))
    }
}
