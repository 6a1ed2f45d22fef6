//! The owner wants to be called otherwise.

use super::{App, AppError, Who};
use crate::domain::{Account, Name};
use crate::store::Known;
use dynamo::Versioned;

impl App {
    /// Changes the name of an account.
    pub async fn change_name(
        &self,
        who: &Who,
        name: Option<Name>,
        seen: Option<u64>,
    ) -> Result<Known, AppError> {
        self.change_profile(who, seen, |account| Account { name: name.clone(), ..account.clone() }).await
    }

    /// What changes of what an account says of its owner have in common. They take no key that makes
    /// them happen once: what is remembered of a request would outlive the person it speaks of.
    pub(super) async fn change_profile(
        &self,
        who: &Who,
        seen: Option<u64>,
        change: impl Fn(&Account) -> Account + Send + Sync,
    ) -> Result<Known, AppError> {
        let present = self.present(who).await?;
        self.amend_own(who, present, |known, transaction| {
            known.is_seen(seen)?;
            let changed = change(&known.body);
            let transaction = transaction.account(known.version, &changed)?;
            Ok((transaction, Versioned { version: known.version + 1, body: changed }))
        })
        .await
    }
}
