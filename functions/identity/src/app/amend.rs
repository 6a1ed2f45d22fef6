//! What changes have in common: decided on what is there, and again if it has changed.

use std::future::Future;

use failure::Failure;
use ids::AccountId;

use super::{App, AppError, Who};
use crate::domain::Refusal;
use crate::store::{Known, Present, Transaction};

/// What a decision writes, and what has come of it.
type Decided<T> = Result<(Transaction, T), AppError>;

/// An account that is to be changed. Who wants it as its owner or as an admin is bound to that: they must
/// be signed in, and the admin an admin, until it is done.
pub(super) enum Wanted<'a> {
    Unbound(Known),
    ByOwner(&'a Who, Present),
    ByAdmin(&'a Who, Known, Box<Present>),
}

impl Wanted<'_> {
    pub fn parts(&self) -> (&Known, Option<&Present>) {
        match self {
            Wanted::Unbound(known) => (known, None),
            Wanted::ByOwner(_, owner) => (&owner.known, Some(owner)),
            Wanted::ByAdmin(_, known, admin) => (known, Some(admin)),
        }
    }
}

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
    /// before. Here what is taken or used stays so, and is a refusal.
    pub(super) async fn amend<T>(
        &self,
        mut wanted: Wanted<'_>,
        decide: impl Fn(&Known, Transaction) -> Decided<T>,
    ) -> Result<T, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            if !attempts.is_first() {
                wanted = self.read_again(wanted).await?;
            }
            let (known, by) = wanted.parts();
            let (transaction, outcome) = decide(known, self.store.transaction(self.clock.now()))?;
            let transaction = by.into_iter().fold(transaction, Transaction::by);
            if self.store.commit_or_refuse(transaction).await? {
                return Ok(outcome);
            }
        }
        Err(Failure::overtaken().into())
    }

    async fn read_again<'a>(&self, wanted: Wanted<'a>) -> Result<Wanted<'a>, AppError> {
        match wanted {
            Wanted::Unbound(known) => Ok(Wanted::Unbound(self.open_account(known.body.id).await?)),
            Wanted::ByOwner(who, _) => Ok(Wanted::ByOwner(who, self.present(who).await?)),
            Wanted::ByAdmin(who, known, _) => self.ruled(who, known.body.id).await,
        }
    }

    /// An account with the admin who is about to change it. Admins change their own as it was when it
    /// was seen that they are admins.
    pub(super) async fn ruled<'a>(&self, admin: &'a Who, account: AccountId) -> Result<Wanted<'a>, AppError> {
        let ruler = self.in_charge(admin).await?;
        let known = match admin.account == account {
            true => ruler.known.clone(),
            false => self.open_account(account).await?,
        };
        Ok(Wanted::ByAdmin(admin, known, Box::new(ruler)))
    }

    /// An admin who is one now, and not only by the token. What they do is done by a [`Transaction`] that is
    /// bound to it: two who dismiss each other at once do not both succeed.
    pub(super) async fn in_charge(&self, admin: &Who) -> Result<Present, AppError> {
        let present = self.present(admin).await?;
        if present.known.body.is_admin() { Ok(present) } else { Err(Refusal::NotAnAdmin.into()) }
    }
}
