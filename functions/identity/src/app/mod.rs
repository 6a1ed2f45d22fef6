//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need; [`AppError`] is everything that can stand in their way.
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of times,
//! and then says that it is busy.

mod appoint_admin;
mod change_email;
mod change_locale;
mod change_name;
mod change_password;
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
use dynamo::Write;
use ids::{AccountId, Mint, SessionId};
use jiff::SignedDuration;
use problem::Problem;

use crate::domain::{BadKeys, KeyRefusal, Origin, Refusal, Void, WeakPassword};
use crate::hasher::{HashFault, Hasher};
use crate::store::{Known, Present, Store};

pub use appoint_admin::Appointed;
pub use confirm_email::Confirmed;
pub use create_api_key::MadeKey;
pub use find_account::Found;
pub use list_sessions::Living;
pub use read_letter::Contents;
pub use register_account::Register;
pub use rotate_signing_key::Turned;
pub use secrets::Secrets;
pub use sign_in::{SignIn, SignedIn};

/// Everything that the use cases need.
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
    /// The `iss`.
    pub issuer: String,
    /// The `aud`.
    pub audience: String,
}

/// Who has signed in, and from where the request came.
#[derive(Clone, Debug)]
pub struct Who {
    /// The account.
    pub account: AccountId,
    /// The session that the token belongs to; none for a token that no sign-in made.
    pub session: Option<SessionId>,
    /// From where.
    pub origin: Origin,
}

/// Makes the write that remembers the answer to a command: it is saved with the work itself.
pub type Sign<'a, T> = &'a (dyn Fn(&T) -> Result<Write, Problem> + Send + Sync);

/// What stood in the way of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No such e-mail, or not this password: nobody learns which.
    #[error("wrong credentials")]
    WrongCredentials,
    /// The owner of the session was asked for the password and said another.
    #[error("wrong password")]
    WrongPassword,
    /// Too many attempts in vain.
    #[error("too many attempts")]
    TooManyAttempts(SignedDuration),
    /// The session is over, or there never was one.
    #[error("the session is over: {0}")]
    SignedOut(&'static str),
    /// There is no such account.
    #[error("no such account")]
    NoSuchAccount,
    /// The owner has no such session.
    #[error("no such session")]
    NoSuchSession,
    /// The account does not do that.
    #[error(transparent)]
    Account(#[from] Refusal),
    /// The password will not do.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// The letter is not good.
    #[error(transparent)]
    Letter(#[from] Void),
    /// There is no such letter.
    #[error("no such letter")]
    NoSuchLetter,
    /// The e-mail belongs to another account.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The ring of keys does not do that.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The shop is not theirs to decide about, whatever an older token says.
    #[error("not a manager of the shop")]
    NotAManager,
    /// They run the market no more, whatever an older token says.
    #[error("not an admin")]
    NotAnAdmin,
    /// Nobody takes the role of an admin from themselves.
    #[error("one's own role")]
    OwnRole,
    /// A new account needs a password.
    #[error("a new account needs a password")]
    PasswordNeeded,
    /// Others were faster too often.
    #[error("busy")]
    Busy,
    /// The table did not do it.
    #[error(transparent)]
    Store(#[from] dynamo::Error),
    /// The vault did not give a secret.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The signing secret is not what it should be.
    #[error(transparent)]
    Signing(#[from] BadKeys),
    /// A password could not be worked on.
    #[error(transparent)]
    Hash(#[from] HashFault),
    /// The operating system has no randomness to give.
    #[error("no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// An answer that the door has ready: a stale version, mostly.
    #[error("answered at the door")]
    Door(Problem),
}

impl App {
    /// The use cases over this store.
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
        if present.account.is_admin() { Ok(present) } else { Err(AppError::NotAnAdmin) }
    }

    async fn alive(&self, account: AccountId, session: Option<SessionId>) -> Result<Present, AppError> {
        let present = self.store.present(account, session).await?;
        let present = present.ok_or(AppError::NoSuchAccount)?;
        if present.account.closed_at.is_some() {
            return Err(AppError::NoSuchAccount);
        }
        let now = self.clock.now();
        let alive = present
            .session
            .as_ref()
            .is_some_and(|session| session.is_alive(now) && present.account.keeps(session.id, session.epoch));
        if alive { Ok(present) } else { Err(AppError::SignedOut("its token is older than its end")) }
    }

    /// What an account is to the market now, as long as this session of it is alive. The other rooms
    /// ask before they let anybody do what takes a role.
    pub async fn standing(&self, account: AccountId, session: &str) -> Result<auth::Standing, AppError> {
        match self.alive(account, session.parse().ok()).await {
            Ok(present) => Ok(Some(present.account.roles())),
            Err(AppError::NoSuchAccount | AppError::SignedOut(_)) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// An account that is open.
    pub(super) async fn open_account(&self, account: AccountId) -> Result<Known, AppError> {
        let found = self.store.account(account).await?;
        found.filter(|(_, account)| account.closed_at.is_none()).ok_or(AppError::NoSuchAccount)
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
