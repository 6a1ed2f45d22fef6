//! A picture is asked for: the product expects it, and the merchant may send it to S3.

use blob::{Announced, Awaited};
use dynamo::{Receipt, Versioned};
use ids::MediaId;

use super::{App, AppError, Target};
use crate::domain::{PictureKind, Product};
use crate::store::objects::PICTURES;

/// A picture that a product awaits, at the product's version.
pub(crate) type Upload = Versioned<Awaited<MediaId>>;

impl App {
    pub async fn request_media_upload(
        &self,
        target: Target,
        kind: PictureKind,
        announced: Announced,
        receipt: Receipt<Upload>,
    ) -> Result<Upload, AppError> {
        let (media, now) = (MediaId::mint(&self.mint), self.clock.now());
        let awaited = PICTURES.permit(self.bucket()?, (target.product, media), announced, now).await?;
        let upload = move |product: &Versioned<Product>| product.with(awaited.clone());
        let receipt = Some(receipt.of(upload.clone()));
        let decide = |product: &mut Product, now| product.expect_media(media, kind, now);
        Ok(upload(&self.change_with(target, receipt, decide).await?))
    }
}
