//! Who is signed in: here, and only here, it is known at once that a session has ended since its token
//! was signed.

use facts::Unsent;
use facts::identity::RevocationReason;
use ids::{AccountId, SessionId};

use super::{App, AppError};
use crate::domain::{Account, Origin, Refusal};
use crate::store::{Known, Present};

/// Who has signed in, and from where the request came.
#[derive(Clone, Debug)]
pub struct Who {
    pub account: AccountId,
    /// The session that the token belongs to; none for a token that no sign-in made.
    pub session: Option<SessionId>,
    pub origin: Origin,
}

impl App {
    pub(crate) async fn present(&self, who: &Who) -> Result<Present, AppError> {
        self.alive(who.account, who.session).await
    }

    pub(super) async fn alive(
        &self,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Present, AppError> {
        let (known, session) = self.store.present(account, session).await?;
        let known = known.filter(|known| known.body.closed_at.is_none()).ok_or(Refusal::NoSuchAccount)?;
        let session = session.filter(|session| known.body.lets_in(session, self.clock.now()));
        let session = session.ok_or(Refusal::SignedOut("its token is older than its end"))?;
        Ok(Present { known, session: session.id })
    }

    /// What an account is to the market now, as long as this session of it is alive. The other rooms
    /// ask before they allow what takes a role.
    pub async fn standing(&self, account: AccountId, session: &str) -> Result<auth::Standing, AppError> {
        match self.alive(account, session.parse().ok()).await {
            Ok(present) => Ok(Some(present.known.body.roles())),
            Err(AppError::Refused(Refusal::NoSuchAccount | Refusal::SignedOut(_))) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    pub(super) async fn open_account(&self, account: AccountId) -> Result<Known, AppError> {
        let found = self.store.account(account).await?;
        let open = found.filter(|found| found.body.closed_at.is_none());
        Ok(open.ok_or(Refusal::NoSuchAccount)?)
    }

    /// What is told when the sessions of an account end together, but for the one that is spared: of the
    /// latest hundred that could be renewed, because a fact has to fit into the item that says it. All of
    /// them do end.
    pub(super) async fn revocations(
        &self,
        account: &Account,
        spared: Option<SessionId>,
        reason: RevocationReason,
    ) -> Result<Vec<Unsent>, AppError> {
        let now = self.clock.now();
        let latest = self.store.sessions(account.id, (100, None)).await?.items.into_iter();
        let alive = latest.map(|stored| stored.body).filter(|session| account.lets_in(session, now));
        let over = alive.filter(|session| Some(session.id) != spared);
        Ok(over.map(|session| session.revoked(reason)).collect())
    }
}
