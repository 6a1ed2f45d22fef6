//! What can go wrong between a room and its bucket.
//!
//! Invariant: the caller can tell what a later retry may solve ([`BlobError::Unavailable`]) from what
//! it cannot.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use failure::{AppError, Failure};

/// Why an object could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// There is no such object, or no longer.
    #[error("there is no such object")]
    Missing,
    /// It is larger than the caller's limit.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// S3 did not answer, or asked to slow down, after the SDK's retries.
    #[error("the bucket is not available: {0}")]
    Unavailable(String),
    /// S3 refuses, and will refuse a retry: a defect, or a missing permission.
    #[error("the bucket refused: {0}")]
    Refused(String),
}

/// Codes that come with a 4xx status and are still temporary.
const NOT_NOW: &[&str] = &[
    "OperationAborted",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
];

impl BlobError {
    pub(crate) fn of<E>(error: SdkError<E, HttpResponse>) -> BlobError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.code().unwrap_or("");
        match &error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                let said = format!("{status} {code} {}", service.err().message().unwrap_or(""));
                match status {
                    404 if code != "NoSuchBucket" => BlobError::Missing,
                    429 | 500.. => BlobError::Unavailable(said),
                    _ if NOT_NOW.contains(&code) => BlobError::Unavailable(said),
                    _ => BlobError::Refused(said),
                }
            }
            SdkError::ConstructionFailure(_) => BlobError::Refused(chain(&error)),
            SdkError::DispatchFailure(failure) if failure.is_user() => BlobError::Refused(chain(&error)),
            _ => BlobError::Unavailable(chain(&error)),
        }
    }
}

/// An error with all its causes, because the SDK's outermost one only says "dispatch failure".
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    text
}

/// A missing object is an answer and not an error for callers that look for one.
pub(crate) fn found<T>(answer: Result<T, BlobError>) -> Result<Option<T>, BlobError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(BlobError::Missing) => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Failure {
        let said = error.to_string();
        match error {
            BlobError::Unavailable(_) => Failure::Unavailable(said),
            BlobError::Missing | BlobError::TooLarge { .. } | BlobError::Refused(_) => Failure::Defect(said),
        }
    }
}

impl<R> From<BlobError> for AppError<R> {
    fn from(error: BlobError) -> AppError<R> {
        AppError::Failed(error.into())
    }
}
