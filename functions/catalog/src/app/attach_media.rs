//! A picture has come. What it is, its first bytes say.

use ids::{MediaId, ProductId};

use super::{App, AppError};
use crate::domain::{Media, MediaState, Product};
use crate::store::objects::PICTURES;

impl App {
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
