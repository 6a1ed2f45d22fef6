//! A picture is asked for: the product expects it, and the merchant may send it to S3.

use std::time::Duration;

use blob::PutTerms;
use ids::MediaId;

use super::{App, Permit, Sign, Target, Trouble};
use crate::domain::{LARGEST_PICTURE, PictureKind};
use crate::store::{Kept, objects};

/// How long the permission lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// A picture that is expected, and how to send it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The product that expects it.
    pub kept: Kept,
    /// The picture.
    pub media: MediaId,
    /// How to send it.
    pub permit: Permit,
}

impl App {
    /// Expects a picture of exactly this kind and size.
    pub async fn request_media_upload(
        &self,
        target: Target,
        kind: PictureKind,
        bytes: u64,
        sign: Sign<'_, Upload>,
    ) -> Result<Kept, Trouble> {
        if !(1..=LARGEST_PICTURE).contains(&bytes) {
            return Err(Trouble::UploadTooLarge { most: LARGEST_PICTURE });
        }
        let media = MediaId::mint(&self.mint);
        let key = objects::picture(target.product, media);
        let permit = self.permit(&key, kind.as_str(), bytes, None, LASTS).await?;
        let sign = |kept: &Kept| sign(&Upload { kept: kept.clone(), media, permit: permit.clone() });
        self.change(target, Some(&sign), |product, now| product.expect_media(media, kind, now)).await
    }

    /// A permission to send one object of exactly this type and size.
    pub(super) async fn permit(
        &self,
        key: &str,
        content_type: &str,
        length: u64,
        sha256: Option<[u8; 32]>,
        lasts: Duration,
    ) -> Result<Permit, Trouble> {
        let now = self.clock.now();
        let terms = PutTerms { key, content_type, length, sha256, expires: lasts };
        let request = self.bucket()?.presign_put(terms, now).await?;
        Ok(Permit { request, until: now + lasts })
    }
}
