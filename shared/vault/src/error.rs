//! What can go wrong between a room and its secrets.
//!
//! Invariant: an error names a secret and never quotes one.

use std::path::PathBuf;

use failure::{AppError, Failure};

/// Why a secret could not be read or replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no secret of this name.
    #[error("there is no secret {0:?}")]
    Missing(String),
    /// A name that could lead out of the folder.
    #[error("{0:?} is no name for a secret: letters, digits, dots, dashes and underscores, and no dot first")]
    BadName(String),
    /// The file could be read by others than its owner, so it may not be a secret any more.
    #[error("{0} can be read by others: make it anew, or chmod 600 it when you are sure that nobody did")]
    Exposed(PathBuf),
    /// It holds something that is not text.
    #[error("the secret {0:?} is not text")]
    NotText(String),
    /// A key so short that it could be guessed, which is not used.
    #[error("a key of the secret {0:?} is shorter than 32 characters")]
    Guessable(String),
    /// The store did not answer, or asked for a later retry, after the SDK's retries.
    #[error("the secret {name:?} is not available: {why}")]
    Unavailable {
        /// The name of the secret.
        name: String,
        /// The store's message.
        why: String,
    },
    /// The store refuses, and will refuse a retry: a defect, or a missing permission.
    #[error("the secret {name:?} was refused: {why}")]
    Refused {
        /// The name of the secret.
        name: String,
        /// The store's message.
        why: String,
    },
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Failure {
        let said = error.to_string();
        match error {
            VaultError::Unavailable { .. } => Failure::Unavailable(said),
            _ => Failure::Defect(said),
        }
    }
}

impl<R> From<VaultError> for AppError<R> {
    fn from(error: VaultError) -> AppError<R> {
        AppError::Failed(error.into())
    }
}
