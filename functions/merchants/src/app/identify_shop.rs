//! A shop says who it legally is.

use super::{Actor, App, Trouble};
use crate::domain::Legal;
use crate::store::Kept;

impl App {
    /// Says who a shop legally is.
    pub async fn identify_shop(&self, actor: &Actor, legal: Legal) -> Result<Kept, Trouble> {
        self.change(actor, None, |shop, now| shop.identify(legal.clone(), now)).await
    }
}
