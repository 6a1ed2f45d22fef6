//! What changes have in common: decided on what is there, and again if it has changed.

use std::future::Future;

use failure::Failure;
use ids::{AccountId, SessionId};

use super::{App, AppError, Who};
use crate::domain::Refusal;
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

    /// Changes an account by a decision that may have to be made again, the first time on what was read
    /// before. An owner who wants it must be signed in by their session until it is done. Here what is
    /// taken or used stays so, and is a refusal.
    pub(super) async fn amend<T>(
        &self,
        mut known: Known,
        session: Option<SessionId>,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError> {
        let account = known.body.id;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            if !attempts.is_first() {
                known = match session {
                    Some(_) => self.alive(account, session).await?.known,
                    None => self.open_account(account).await?,
                };
            }
            let (mut transaction, outcome) = decide(&known, self.store.transaction(self.clock.now()))?;
            if let Some(session) = session {
                transaction = transaction.while_signed_in(account, session);
            }
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

    /// An admin who is one now, and not only by the token. What they do is done by a [`Transaction`] that is
    /// bound to it: two who dismiss each other at once do not both succeed.
    pub(super) async fn in_charge(&self, admin: &Who) -> Result<Present, AppError> {
        let present = self.present(admin).await?;
        if present.known.body.is_admin() { Ok(present) } else { Err(Refusal::NotAnAdmin.into()) }
    }
}
