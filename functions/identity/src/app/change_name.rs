//! The owner wants to be called otherwise.

use web::Expected;

use super::{App, AppError, Who};
use crate::domain::{Account, Name};
use crate::store::Known;

impl App {
    /// Changes the name of an account.
    pub async fn change_name(
        &self,
        who: &Who,
        name: Option<Name>,
        expected: Expected,
    ) -> Result<Known, AppError> {
        self.change_profile(who, expected, |account| Account { name: name.clone(), ..account.clone() }).await
    }

    /// What changes of what an account says of its owner have in common. They take no key that makes
    /// them happen once: what is remembered of a request would outlive the person it speaks of.
    pub(super) async fn change_profile(
        &self,
        who: &Who,
        expected: Expected,
        change: impl Fn(&Account) -> Account + Send + Sync,
    ) -> Result<Known, AppError> {
        let present = self.present(who).await?;
        self.amend_own_and_tell(who, present, |(version, account), transaction| {
            expected.check(*version).map_err(AppError::Door)?;
            let changed = change(account);
            Ok((transaction.account(*version, &changed)?, (version + 1, changed)))
        })
        .await
    }
}
