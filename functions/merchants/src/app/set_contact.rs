//! A shop says how the market reaches it.

use super::{Actor, App, AppError};
use crate::domain::Contact;
use crate::store::Kept;

impl App {
    /// Says how the market reaches a shop.
    pub async fn set_contact(&self, actor: &Actor, contact: Contact) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.set_contact(contact.clone(), now)).await
    }
}
