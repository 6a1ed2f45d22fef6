//! A shop says who it legally is.

use super::{Actor, App, AppError};
use crate::domain::Legal;
use crate::store::Kept;

impl App {
    /// Says who a shop legally is.
    pub async fn identify_shop(&self, actor: &Actor, legal: Legal) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.identify(legal.clone(), now)).await
    }
}
