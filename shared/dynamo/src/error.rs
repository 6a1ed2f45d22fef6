//! What can go wrong at the table. No SDK type leaks out of here.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use failure::{AppError, Failure};

use crate::{Item, Key};

/// Why a request to the table failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A condition did not hold: nothing was written.
    #[error("a condition did not hold: {0:?}")]
    Refused(Vec<Refusal>),
    /// Others wrote to the same items until the deadline: nothing was written.
    #[error("too many writers at once")]
    Contended,
    /// DynamoDB could not be reached or was busy. The write may or may not have happened; a retry is
    /// safe, since every write is conditional or carries a token.
    #[error("the table is unavailable: {0}")]
    Unavailable(String),
    /// The item is not of the shape that we read or write.
    #[error("malformed item: {0}")]
    Malformed(String),
    /// DynamoDB says that the request is wrong: a defect.
    #[error("DynamoDB refused the request: {0}")]
    Defect(String),
}

/// One write of a commit whose condition did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Which of the writes, counted from 0.
    pub index: usize,
    /// The key of the write.
    pub key: Key,
    /// The item that is there instead.
    pub found: Option<Item>,
}

impl Error {
    /// The failed conditions, if those were the reason.
    pub fn refusals(&self) -> &[Refusal] {
        match self {
            Error::Refused(refusals) => refusals,
            _ => &[],
        }
    }

    /// Whether the write to this key was refused.
    pub fn refused(&self, key: &Key) -> bool {
        self.refusals().iter().any(|refusal| refusal.key == *key)
    }

    /// Sorts an SDK error by what can be done about it.
    pub(crate) fn of<E, R>(error: SdkError<E, R>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let transient = match &error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
            SdkError::ServiceError(service) => service.err().code().is_none_or(is_transient),
            _ => false,
        };
        let contended = matches!(error.code(), Some("TransactionConflictException"));
        let inside = DisplayErrorContext(error).to_string();
        match (contended, transient) {
            (true, _) => Error::Contended,
            (_, true) => Error::Unavailable(inside),
            _ => Error::Defect(inside),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            // Nothing was written, and a retry may succeed.
            Error::Refused(_) | Error::Contended => Failure::Busy(error.to_string()),
            Error::Unavailable(_) => Failure::Unavailable(error.to_string()),
            Error::Malformed(_) => Failure::Unreadable(error.to_string()),
            Error::Defect(_) => Failure::Defect(error.to_string()),
        }
    }
}

impl<R> From<Error> for AppError<R> {
    fn from(error: Error) -> AppError<R> {
        AppError::Failed(error.into())
    }
}

pub(crate) fn is_transient(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "ThrottlingException"
            | "ThrottlingError"
            | "RequestLimitExceeded"
            | "InternalServerError"
            | "InternalServerErrorException"
            | "ServiceUnavailable"
            | "ServiceUnavailableException"
            | "TransactionInProgressException"
            | "LimitExceededException"
    )
}
