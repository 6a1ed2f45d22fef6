//! The port between the rooms that verify credentials and the room that issues them.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use ids::AccountId;

use crate::{KeyGrant, Role};

/// The roles of an account now, while its session is alive and the account open; otherwise `None`.
pub type Standing = Option<BTreeSet<Role>>;

/// The room that issues credentials, as the others see it.
pub trait Authority: Send + Sync {
    /// The key set (JWKS) by which access tokens are verified now.
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>>;

    /// What the API key with this digest may do; `None` when there is no such key any more.
    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>>;

    /// The standing of an account now, by this session; a token says only what held when it was signed.
    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>>;
}

/// The authority does not answer; the log gets the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("whoever knows the keys does not answer: {0}")]
pub struct Unreachable(pub String);
