//! Pictures: expected by a product, sent to S3 by its merchant, and shown when their first bytes are what
//! was said.

use blob::{Announced, Awaited};
use dynamo::{Receipt, Versioned};
use ids::{MediaId, ProductId};

use super::{App, AppError, Target};
use crate::domain::{Media, MediaState, PictureKind, Product};
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

    /// Shows a picture that is what it was said to be, and refuses another. One that the product does not
    /// name is deleted: it was taken away meanwhile. An id is named before its upload is permitted, so what
    /// is not named now never will be.
    pub async fn attach_media(&self, id: ProductId, media: MediaId) -> Result<(), AppError> {
        let product = self.store.product(id).await?;
        let Some(product) = product.filter(|product| product.body.pictures().contains(&media)) else {
            return self.delete_media(id, [media]).await;
        };
        let Some(came) = PICTURES.look(self.bucket()?, id, media).await? else { return Ok(()) };
        let attach = |product: &mut Product, now| product.attach_media(media, came.content_type, now);
        match self.store.change_product(&self.clock, id).read(product).decide(attach).await {
            Ok(product) => {
                let ready = |shown: &Media| shown.id == media && shown.state == MediaState::Ready;
                let ready = product.body.media.iter().any(ready);
                observe::count(if ready { "pictures_attached" } else { "pictures_refused" }, 1);
                Ok(())
            }
            // It has come before, or was taken away in this moment, and then the worker deletes it.
            Err(AppError::Refused(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    /// Deletes pictures. To delete one twice is fine, and no id is named again after it was dropped.
    pub(crate) async fn delete_media(
        &self,
        product: ProductId,
        media: impl IntoIterator<Item = MediaId>,
    ) -> Result<(), AppError> {
        for media in media {
            self.bucket()?.delete(&PICTURES.name(product, media)).await?;
            observe::count("pictures_deleted", 1);
        }
        Ok(())
    }
}
