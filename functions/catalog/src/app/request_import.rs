//! A merchant asks for a place to drop a file.

use std::time::Duration;

use blob::{Digest, Presigned, PutTerms};
use dynamo::Receipt;
use failure::Failure;
use ids::{ImportId, MerchantId};

use super::{App, AppError};
use crate::domain::{Format, Import, LARGEST_FILE, Refusal};
use crate::store::objects;

/// How long the permission lasts: a hundred megabytes over a slow line.
const LASTS: Duration = Duration::from_secs(60 * 60);

/// An import that waits for its file, and how to send that.
#[derive(Clone, Debug)]
pub struct Requested {
    /// The import.
    pub import: Import,
    /// How to send the file.
    pub permit: Presigned,
}

impl App {
    /// Waits for a file of exactly this format, size and digest.
    pub async fn request_import(
        &self,
        merchant: MerchantId,
        format: Format,
        bytes: u64,
        sha256: Digest,
        receipt: Receipt<Requested>,
    ) -> Result<Requested, AppError> {
        if !(1..=LARGEST_FILE).contains(&bytes) {
            return Err(Refusal::UploadTooLarge { most: LARGEST_FILE }.into());
        }
        let id = ImportId::mint(&self.mint);
        let key = objects::source(merchant, id);
        let content_type = format.content_type();
        let terms = PutTerms { key: &key, content_type, length: bytes, sha256, expires: LASTS };
        let now = self.clock.now();
        let permit = self.bucket()?.presign_put(terms, now).await?;
        let requested = Requested { import: Import::request(id, merchant, format, now), permit };
        let beside = vec![receipt.write(&requested)?];
        match self.store.save_import(0, &requested.import, Vec::new(), now, beside).await? {
            true => Ok(requested),
            // A new id is nobody else's, so this is a repeated write of our own that met itself.
            false => Err(Failure::overtaken().into()),
        }
    }
}
