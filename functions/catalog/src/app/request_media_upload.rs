//! A picture is asked for: the product expects it, and the merchant may send it to S3.

use std::time::Duration;

use blob::{Digest, Presigned, PutTerms};
use dynamo::{Receipt, Versioned};
use ids::MediaId;

use super::{App, AppError, Target};
use crate::domain::{LARGEST_PICTURE, PictureKind, Product, Refusal};
use crate::store::objects;

/// How long the permission lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// A picture that is expected, and how to send it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The product that expects it.
    pub product: Versioned<Product>,
    /// The picture.
    pub media: MediaId,
    /// How to send it.
    pub permit: Presigned,
}

impl App {
    /// Expects a picture of exactly this kind, size and digest.
    pub async fn request_media_upload(
        &self,
        target: Target,
        kind: PictureKind,
        bytes: u64,
        sha256: Digest,
        receipt: Receipt<Upload>,
    ) -> Result<Upload, AppError> {
        if !(1..=LARGEST_PICTURE).contains(&bytes) {
            return Err(Refusal::UploadTooLarge { most: LARGEST_PICTURE }.into());
        }
        let media = MediaId::mint(&self.mint);
        let key = objects::picture(target.product, media);
        let terms =
            PutTerms { key: &key, content_type: kind.as_str(), length: bytes, sha256, expires: LASTS };
        let permit = self.bucket()?.presign_put(terms, self.clock.now()).await?;
        let upload = move |product: &Versioned<Product>| Upload {
            product: product.clone(),
            media,
            permit: permit.clone(),
        };
        let receipt = Some(receipt.of(upload.clone()));
        let decide = |product: &mut Product, now| product.expect_media(media, kind, now);
        Ok(upload(&self.change_with(target, receipt, decide).await?))
    }
}
