//! A picture has come. What it is, its first bytes say.

use failure::Failure;
use ids::{MediaId, ProductId};

use super::{App, AppError};
use crate::domain::{LARGEST_PICTURE, PictureKind};
use crate::store::objects;

/// The longest of the marks that pictures begin with.
const MARK: u64 = 16;

impl App {
    /// Shows a picture that is what it was said to be, and refuses another. One that came twice changes
    /// nothing; one that the product does not name is deleted: it was taken away meanwhile. An id is named
    /// before its upload is permitted, so what is not named now never will be.
    pub async fn attach_media(&self, id: ProductId, media: MediaId) -> Result<(), AppError> {
        let key = objects::picture(id, media);
        let Some(head) = self.bucket()?.head(&key).await? else { return Ok(()) };
        let mark = self.bucket()?.get_range(&key, 0..MARK).await?.unwrap_or_default();
        let found = PictureKind::of(&mark).filter(|_| head.size <= LARGEST_PICTURE);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.product(id).await? else {
                return self.delete_media(id, [media]).await;
            };
            let now = self.clock.now();
            let mut new = old.body.clone();
            if !new.attach_media(media, found, now) {
                let unnamed = Some(media).filter(|media| !old.body.pictures().contains(media));
                return self.delete_media(id, unnamed).await;
            }
            if self.store.save(Some(&old), &new, Vec::new(), Vec::new(), now).await? {
                observe::count(if found.is_some() { "pictures_attached" } else { "pictures_refused" }, 1);
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Deletes pictures. To delete one twice is fine, and no id is named again after it was dropped.
    pub(crate) async fn delete_media(
        &self,
        product: ProductId,
        media: impl IntoIterator<Item = MediaId>,
    ) -> Result<(), AppError> {
        for media in media {
            self.bucket()?.delete(&objects::picture(product, media)).await?;
            observe::count("pictures_deleted", 1);
        }
        Ok(())
    }
}
