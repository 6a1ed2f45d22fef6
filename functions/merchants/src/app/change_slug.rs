//! A shop moves to another address.

use super::{Actor, App, AppError};
use crate::domain::Slug;
use crate::store::Kept;

impl App {
    /// Changes the last part of a shop's address: at once where the shop has been approved; before that it
    /// is a wish, for what no other shop has.
    pub async fn change_slug(&self, actor: &Actor, slug: Slug) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.change_slug(slug.clone(), now)).await
    }
}
