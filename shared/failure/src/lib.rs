//! Why a use case failed, sorted by what can be done about it.
//!
//! A room's refusals are its own: one enum, [`AppError::Refused`]. Everything else is the same in every
//! room and is a [`Failure`]: each adapter maps its own errors to one, `problem` decides what a client
//! is told, and `queue` whether a message is retried.

/// The error of a use case: a rule of the room (`R`), or a failure outside of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError<R> {
    /// The room does not allow it.
    #[error("{0}")]
    Refused(R),
    /// It could not be done, or not now.
    #[error(transparent)]
    Failed(Failure),
}

/// Why something could not be done, whatever the room allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The caller has seen another version than the current one.
    #[error("version {seen} was seen, it is at version {is}")]
    Stale {
        /// The version that the caller has seen.
        seen: u64,
        /// The current version.
        is: u64,
    },
    /// Other writers were faster until the deadline, or another request has taken over this one's
    /// `Idempotency-Key`.
    #[error("busy: {0}")]
    Busy(String),
    /// A service that is needed does not answer now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Another room does not answer now.
    #[error("unanswered: {0}")]
    Unanswered(String),
    /// Stored or received data have an unknown shape: no retry mends it.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// A defect.
    #[error("defect: {0}")]
    Defect(String),
}

/// A room's reasons to say no. The trait keeps them apart from errors that are failures.
pub trait Refusal: std::fmt::Display + Send {}

impl<R: Refusal> From<R> for AppError<R> {
    fn from(refusal: R) -> AppError<R> {
        AppError::Refused(refusal)
    }
}

impl<R> From<Failure> for AppError<R> {
    fn from(failure: Failure) -> AppError<R> {
        AppError::Failed(failure)
    }
}

impl Failure {
    /// Other writers were faster until the deadline.
    pub fn overtaken() -> Failure {
        Failure::Busy("others were faster too often".into())
    }

    /// A part that this role was not given although it needs it.
    pub fn without(what: &str) -> Failure {
        Failure::Defect(format!("this role has no {what}"))
    }
}
