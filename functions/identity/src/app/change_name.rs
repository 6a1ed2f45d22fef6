//! The owner wants to be called otherwise.

use web::Expected;

use super::{App, Sign, Trouble, Who};
use crate::domain::{Account, Name};
use crate::store::Known;

impl App {
    /// Changes the name of an account.
    pub async fn change_name(
        &self,
        who: &Who,
        name: Option<Name>,
        expected: Expected,
        sign: Sign<'_, Known>,
    ) -> Result<(), Trouble> {
        self.change_profile(who, expected, sign, |account| Account { name: name.clone(), ..account.clone() })
            .await
    }

    /// What changes of what an account says of its owner have in common.
    pub(super) async fn change_profile(
        &self,
        who: &Who,
        expected: Expected,
        sign: Sign<'_, Known>,
        change: impl Fn(&Account) -> Account + Send + Sync,
    ) -> Result<(), Trouble> {
        let present = self.present(who).await?;
        self.amend(who.account, Some((present.version, present.account)), |(version, account), deed| {
            expected.check(*version).map_err(Trouble::Door)?;
            let changed = change(account);
            let deed = deed.account(*version, &changed)?;
            Ok(deed.sign(sign(&(version + 1, changed)).map_err(Trouble::Door)?))
        })
        .await
    }
}
