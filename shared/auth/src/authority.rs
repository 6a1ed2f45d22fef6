//! Who knows whom to believe: the port between whoever verifies and the room that lets people in.

use futures::future::BoxFuture;

use crate::KeyGrant;

/// The room that lets people in, as the others see it.
pub trait Authority: Send + Sync {
    /// The key set (JWKS) by which access tokens are verified now.
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>>;

    /// What the API key with this digest may do: nothing, if there is no such key any more.
    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>>;
}

/// The authority does not answer, for a reason that the log is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("whoever knows the keys does not answer: {0}")]
pub struct Unreachable(pub String);
