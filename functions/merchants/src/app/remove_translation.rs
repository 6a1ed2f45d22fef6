//! A shop says nothing in a language any more.

use super::{Actor, App, AppError};
use crate::domain::Locale;
use crate::store::Kept;

impl App {
    /// Takes the words in a language away.
    pub async fn remove_translation(&self, actor: &Actor, locale: &Locale) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.remove_translation(locale, now)).await
    }
}
