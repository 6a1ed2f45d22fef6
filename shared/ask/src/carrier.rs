//! The port through which an ask leaves a room.

use futures::future::BoxFuture;

use crate::{Answer, Question};

/// Carries a question to the named room and its answer back.
///
/// Retries and deadlines are the work of [`Peers`](crate::Peers), the same for every carrier.
pub trait Carrier: Send + Sync {
    /// Carries one question; the carrier knows the address of the room.
    fn carry(&self, room: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>>;
}

/// The question did not get through, or its answer did not come back whole. Whether the other room
/// acted on it is unknown.
#[derive(Debug, thiserror::Error)]
#[error("not carried: {0}")]
pub struct CarryError(String);

impl CarryError {
    /// Keeps the whole chain of causes, because the outermost one never says why.
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
