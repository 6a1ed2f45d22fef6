//! A shop chooses the language in which it speaks to whoever understands none of the others.

use super::{Actor, App, AppError};
use crate::domain::Locale;
use crate::store::Kept;

impl App {
    /// Makes a language the shop's own.
    pub async fn set_language(&self, actor: &Actor, locale: Locale) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.speak(locale.clone(), now)).await
    }
}
