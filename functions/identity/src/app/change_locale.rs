//! The owner reads another language.

use super::{App, AppError, Who};
use crate::domain::{Account, Locale};
use crate::store::Known;

impl App {
    /// Changes the language of an account.
    pub async fn change_locale(
        &self,
        who: &Who,
        locale: &Locale,
        seen: Option<u64>,
    ) -> Result<Known, AppError> {
        self.change_profile(who, seen, |account| Account { locale: locale.clone(), ..account.clone() }).await
    }
}
