//! A shop says in one more language what it is, or says it otherwise.

use super::{Actor, App, AppError};
use crate::domain::{Locale, Words};
use crate::store::Kept;

impl App {
    /// Says what a shop is in a language.
    pub async fn describe_shop(&self, actor: &Actor, locale: Locale, words: Words) -> Result<Kept, AppError> {
        self.change(actor, None, |shop, now| shop.describe(locale.clone(), words.clone(), now)).await
    }
}
