//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need.
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of times,
//! and then says that it is busy.

mod appoint_admin;
mod change_email;
mod change_password;
mod change_profile;
mod close_account;
mod confirm_email;
mod create_api_key;
mod end_other_sessions;
mod end_session;
mod find_account;
mod find_key;
mod forgot_password;
mod list_api_keys;
mod list_events;
mod list_sessions;
mod memberships;
mod read_letter;
mod read_me;
mod refresh_session;
mod register_account;
mod request_confirmation;
mod reset_password;
mod revoke_api_key;
mod roles;
mod rotate_api_key;
mod rotate_signing_key;
mod set_tier;
mod show_keys;
mod sign_in;
mod sign_out_account;
mod sweep_account;

mod amend;
mod prove;
mod secrets;

use std::sync::Arc;

use clock::Clock;
use failure::Failure;
use ids::{AccountId, Mint, SessionId};

use crate::domain::{BadKeys, KeyRefusal, Origin, Refusal, Void, WeakPassword};
use crate::hasher::{HashFault, Hasher};
use crate::store::{Known, Present, Store};

pub use appoint_admin::Appointed;
pub use confirm_email::Confirmed;
pub use create_api_key::MadeKey;
pub use find_account::Found;
pub use list_sessions::Living;
pub use register_account::Register;
pub use secrets::Secrets;
pub use sign_in::{SignIn, SignedIn};

#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    mint: Mint,
    hasher: Hasher,
    market: Arc<Market>,
}

/// In whose name tokens are signed, and for whom.
#[derive(Clone, Debug, Default)]
pub struct Market {
    pub issuer: String,
    pub audience: String,
}

/// Who has signed in, and from where the request came.
#[derive(Clone, Debug)]
pub struct Who {
    pub account: AccountId,
    /// The session that the token belongs to; none for a token that no sign-in made.
    pub session: Option<SessionId>,
    pub origin: Origin,
}

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

macro_rules! reasons {
    ($($reason:ty => $made:expr,)*) => {$(
        impl From<$reason> for AppError {
            fn from(reason: $reason) -> AppError {
                $made(reason)
            }
        }
    )*};
}

reasons! {
    KeyRefusal => |reason| AppError::Refused(Refusal::Key(reason)),
    Void => |reason| AppError::Refused(Refusal::Letter(reason)),
    WeakPassword => |reason| AppError::Refused(Refusal::Weak(reason)),
    BadKeys => |reason: BadKeys| AppError::Failed(Failure::Defect(reason.to_string())),
    HashFault => |reason: HashFault| AppError::Failed(Failure::Defect(reason.to_string())),
}

impl App {
    pub fn new(
        store: Store,
        clock: Clock,
        mint: Mint,
        hasher: Hasher,
        secrets: Secrets,
        market: Market,
    ) -> App {
        App { store, clock, secrets, mint, hasher, market: Arc::new(market) }
    }

    /// The account and the session of somebody whose token is good: here, and only here, it is known
    /// at once that a session has ended since the token was signed.
    pub(super) async fn present(&self, who: &Who) -> Result<Present, AppError> {
        self.alive(who.account, who.session).await
    }

    /// An admin who is one now, and not only by the token. What they do is done by a [`Transaction`] that is
    /// bound to it: two who dismiss each other at once do not both succeed.
    ///
    /// [`Transaction`]: crate::store::Transaction
    pub(super) async fn in_charge(&self, admin: &Who) -> Result<Present, AppError> {
        let present = self.present(admin).await?;
        if present.known.body.is_admin() { Ok(present) } else { Err(Refusal::NotAnAdmin.into()) }
    }

    async fn alive(&self, account: AccountId, session: Option<SessionId>) -> Result<Present, AppError> {
        let present = self.store.present(account, session).await?;
        let present = present.ok_or(Refusal::NoSuchAccount)?;
        if present.known.body.closed_at.is_some() {
            return Err(Refusal::NoSuchAccount.into());
        }
        let now = self.clock.now();
        let alive = present.session.as_ref().is_some_and(|session| {
            session.is_alive(now) && present.known.body.keeps(session.id, session.epoch)
        });
        if alive { Ok(present) } else { Err(Refusal::SignedOut("its token is older than its end").into()) }
    }

    /// What an account is to the market now, as long as this session of it is alive. The other rooms
    /// ask before they let anybody do what takes a role.
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

    /// The sessions of an account that could be renewed, for whoever is to be told of their end: the
    /// latest hundred, because a fact has to fit into the item that says it. All of them do end.
    pub(super) async fn living(&self, account: &crate::domain::Account) -> Result<Vec<SessionId>, AppError> {
        let now = self.clock.now();
        let (sessions, _) = self.store.sessions(account.id, 100, None).await?;
        let alive = sessions.into_iter().filter(|s| s.is_alive(now) && account.keeps(s.id, s.epoch));
        Ok(alive.map(|session| session.id).collect())
    }
}
