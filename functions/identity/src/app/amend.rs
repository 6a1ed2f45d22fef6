//! What changes of an account have in common: decided on what is there, and again if it has changed.

use failure::Failure;
use ids::AccountId;

use super::{App, AppError, Who};
use crate::store::{Known, Present, Transaction};

impl App {
    /// Changes an account by a decision that may have to be made again. What was read before, the
    /// first decision is made on.
    pub(super) async fn amend(
        &self,
        account: AccountId,
        read: Option<Known>,
        decide: impl Fn(&Known, Transaction) -> Result<Transaction, AppError> + Send + Sync,
    ) -> Result<(), AppError> {
        self.amend_and_tell(account, read, |known, transaction| Ok((decide(known, transaction)?, ()))).await
    }

    /// The same, when what has come of it depends on the decision.
    pub(super) async fn amend_and_tell<T: Send>(
        &self,
        account: AccountId,
        mut read: Option<Known>,
        decide: impl Fn(&Known, Transaction) -> Result<(Transaction, T), AppError> + Send + Sync,
    ) -> Result<T, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let known = match read.take() {
                Some(known) => known,
                None => self.open_account(account).await?,
            };
            let (transaction, told) = decide(&known, self.store.transaction(self.clock.now()))?;
            if self.store.commit_or_refuse(transaction).await? {
                return Ok(told);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The same for what somebody changes of their own account, and must be signed in for until it is
    /// done.
    pub(super) async fn amend_own(
        &self,
        who: &Who,
        read: Present,
        decide: impl Fn(&Known, Transaction) -> Result<Transaction, AppError> + Send + Sync,
    ) -> Result<(), AppError> {
        self.amend_own_and_tell(who, read, |known, transaction| Ok((decide(known, transaction)?, ()))).await
    }

    /// The same, when what has come of it depends on the decision.
    pub(super) async fn amend_own_and_tell<T: Send>(
        &self,
        who: &Who,
        read: Present,
        decide: impl Fn(&Known, Transaction) -> Result<(Transaction, T), AppError> + Send + Sync,
    ) -> Result<T, AppError> {
        let (mut attempts, mut read) = (self.store.attempts(), Some(read));
        while attempts.next().await {
            let present = match read.take() {
                Some(present) => present,
                None => self.present(who).await?,
            };
            let known = present.known.clone();
            let (transaction, told) = decide(&known, self.store.transaction(self.clock.now()))?;
            if self.store.commit_or_refuse(transaction.by(&present)).await? {
                return Ok(told);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The same for what an admin changes of an account, and must be an admin for until it is done.
    pub(super) async fn amend_in_charge<T: Send>(
        &self,
        admin: &Who,
        account: AccountId,
        decide: impl Fn(&Known, Transaction) -> Result<(Transaction, T), AppError> + Send + Sync,
    ) -> Result<T, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (known, ruler) = self.ruled(admin, account).await?;
            let (transaction, told) = decide(&known, self.store.transaction(self.clock.now()))?;
            if self.store.commit_or_refuse(transaction.by(&ruler)).await? {
                return Ok(told);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// An account with the admin who is about to change it. Admins change their own as it was when it
    /// was seen that they are admins.
    pub(super) async fn ruled(&self, admin: &Who, account: AccountId) -> Result<(Known, Present), AppError> {
        let ruler = self.in_charge(admin).await?;
        let known = match admin.account == account {
            true => ruler.known.clone(),
            false => self.open_account(account).await?,
        };
        Ok((known, ruler))
    }
}
