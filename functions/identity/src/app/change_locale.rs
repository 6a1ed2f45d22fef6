//! The owner reads another language.

use web::Expected;

use super::{App, Sign, Trouble, Who};
use crate::domain::{Account, Locale};
use crate::store::Known;

impl App {
    /// Changes the language of an account.
    pub async fn change_locale(
        &self,
        who: &Who,
        locale: &Locale,
        expected: Expected,
        sign: Sign<'_, Known>,
    ) -> Result<(), Trouble> {
        let change = |account: &Account| Account { locale: locale.clone(), ..account.clone() };
        self.change_profile(who, expected, sign, change).await
    }
}
