//! The port through which an ask leaves a room.

use bytes::Bytes;
use futures::future::BoxFuture;

/// Carries a request to the room that bears this name, and its answer back.
///
/// A carrier neither retries nor gives up: [`Peers`](crate::Peers) does both, the same way for all.
pub trait Carrier: Send + Sync {
    /// Carries one request. The request's URI is only a path; where the room lives is for the
    /// carrier to know.
    fn carry(
        &self,
        room: &str,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, CarryError>>;
}

/// The request did not get through, or its answer did not come back whole. Whether the other room
/// acted on it is unknown.
#[derive(Debug, thiserror::Error)]
#[error("not carried: {0}")]
pub struct CarryError(String);

impl CarryError {
    /// Tells the whole chain of causes, because the outermost of them never says why.
    pub fn because(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CarryError {
        let cause = cause.into();
        let mut text = cause.to_string();
        let mut deeper = cause.source();
        while let Some(error) = deeper {
            text.push_str(": ");
            text.push_str(&error.to_string());
            deeper = error.source();
        }
        CarryError(text)
    }
}
