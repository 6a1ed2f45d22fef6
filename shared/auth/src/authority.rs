//! Who knows whom to believe: the port between whoever verifies and the room that lets people in.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use ids::AccountId;

use crate::{KeyGrant, Role};

/// What an account is to the market at this moment, as long as the session that asks is alive and the
/// account open; `None` when one of them is over.
pub type Standing = Option<BTreeSet<Role>>;

/// The room that lets people in, as the others see it.
pub trait Authority: Send + Sync {
    /// The key set (JWKS) by which access tokens are verified now.
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>>;

    /// What the API key with this digest may do: nothing, if there is no such key any more.
    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>>;

    /// What this account is now, by this session: a token says what it was when it was signed.
    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>>;
}

/// The authority does not answer, for a reason that the log is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("whoever knows the keys does not answer: {0}")]
pub struct Unreachable(pub String);
