//! Somebody has forgotten a password, or says so: the owner of the e-mail gets a letter, and whoever
//! asked learns nothing.

use super::{App, Trouble};
use crate::domain::{Email, Origin, Purpose};

impl App {
    /// Writes the owner of the e-mail a letter by which another password is chosen.
    pub async fn forgot_password(&self, email: &Email, origin: &Origin) -> Result<(), Trouble> {
        let behind = self.store.account_behind(email).await?;
        let found = self.store.account_or_nobody(behind).await?;
        self.show_a_way_back(found, email, Purpose::ResetPassword, origin).await
    }
}
