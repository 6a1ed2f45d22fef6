//! The owner wants to be called otherwise, or reads another language.

use super::{App, AppError, Who};
use crate::domain::Account;
use crate::store::Known;
use dynamo::Versioned;

impl App {
    /// Changes what an account says of its owner. It takes no key that makes it happen once: what is
    /// remembered of a request would outlive the person it speaks of.
    pub(crate) async fn change_profile(
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
