//! What changes have in common: decided on what is there, and again if it has changed.

use std::future::Future;

use failure::Failure;
use ids::AccountId;

use super::{App, AppError, Who};
use crate::store::{Known, Present, Transaction};

/// What a decision writes, and what has come of it.
type Decided<T> = Result<(Transaction, T), AppError>;

impl App {
    /// Decides and commits, and does both again when another writer was faster.
    pub(super) async fn again<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, AppError>
    where
        F: Future<Output = Decided<T>>,
    {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (transaction, outcome) = attempt().await?;
            if self.store.commit(transaction).await? {
                return Ok(outcome);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Changes an account by a decision that may have to be made again. What was read before, the
    /// first decision is made on.
    pub(super) async fn amend<T>(
        &self,
        account: AccountId,
        read: Known,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError> {
        let find = || async { Ok((self.open_account(account).await?, None)) };
        self.amend_what(Some((read, None)), find, decide).await
    }

    /// The same for what somebody changes of their own account, and must be signed in for until it is
    /// done.
    pub(super) async fn amend_own<T>(
        &self,
        who: &Who,
        read: Present,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError> {
        let own = |present: Present| (present.known.clone(), Some(present));
        let find = || async { Ok(own(self.present(who).await?)) };
        self.amend_what(Some(own(read)), find, decide).await
    }

    /// The same for what an admin changes of an account, and must be an admin for until it is done.
    pub(super) async fn amend_in_charge<T>(
        &self,
        admin: &Who,
        account: AccountId,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError> {
        let find = || async {
            let (known, ruler) = self.ruled(admin, account).await?;
            Ok((known, Some(ruler)))
        };
        self.amend_what(None, find, decide).await
    }

    /// Changes the account that is found, on the condition that who wants it is still there. Here what is
    /// taken or used stays so, and is a refusal.
    async fn amend_what<T, F>(
        &self,
        mut read: Option<(Known, Option<Present>)>,
        find: impl Fn() -> F,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError>
    where
        F: Future<Output = Result<(Known, Option<Present>), AppError>>,
    {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (known, by) = match read.take() {
                Some(read) => read,
                None => find().await?,
            };
            let (transaction, outcome) = decide(&known, self.store.transaction(self.clock.now()))?;
            let transaction = by.iter().fold(transaction, Transaction::by);
            if self.store.commit_or_refuse(transaction).await? {
                return Ok(outcome);
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
