//! An admin ends every session of an account.

use facts::identity::RevocationReason;
use ids::AccountId;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, ended};

impl App {
    /// Ends every session of an account, by one write.
    pub async fn sign_out_account(&self, admin: &Who, account: AccountId) -> Result<(), AppError> {
        let (found, _) = self.ruled(admin, account).await?;
        let living = self.living(&found.body).await?;
        self.amend_in_charge(admin, account, |known, transaction| {
            let account = &known.body;
            let mut step = account.silently();
            step.account = account.in_a_new_epoch(None);
            step.facts = ended(account.id, living.clone(), RevocationReason::ByAdmin);
            let entry = Entry::new(Event::SessionsEnded, &Default::default(), transaction.now());
            let transaction = transaction.step(known.version, &step)?;
            Ok((transaction.audit(account.id, &entry.by(admin.account))?, ()))
        })
        .await
    }
}
