//! Permissions to send a file to S3: exactly the one that was announced, byte for byte.

use std::time::Duration;

use blob::{Digest, Presigned, PutTerms};

use super::{App, AppError};
use crate::domain::{FileType, LARGEST_FILE, Refusal};
use crate::store::Kept;

/// How long a permission lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// A file that is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Announced {
    /// What it is.
    pub file: FileType,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it hashes to.
    pub sha256: Digest,
}

/// A file that is expected, and how to send it.
#[derive(Clone, Debug)]
pub struct Upload<Id> {
    /// The shop that expects it.
    pub kept: Kept,
    /// The file.
    pub id: Id,
    /// How to send it.
    pub permit: Presigned,
}

impl App {
    /// A permission to send one object of exactly this type, size and digest.
    pub(super) async fn permit(&self, key: &str, announced: Announced) -> Result<Presigned, AppError> {
        let Announced { file, bytes, sha256 } = announced;
        // Nothing is signed that would be refused: a signature is good wherever it is shown.
        if !(1..=LARGEST_FILE).contains(&bytes) {
            return Err(Refusal::FileTooLarge { most: LARGEST_FILE }.into());
        }
        let terms = PutTerms { key, content_type: file.as_str(), length: bytes, sha256, expires: LASTS };
        Ok(self.bucket()?.presign_put(terms, self.clock.now()).await?)
    }
}
