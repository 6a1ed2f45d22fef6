//! A picture has come. What it is, its first bytes say.

use ids::{MediaId, ProductId};

use super::{App, AppError};
use crate::domain::{LARGEST_PICTURE, PictureKind};
use crate::store::{Change, Unsaved, objects};

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
            let mut new = old.product.clone();
            if !new.attach_media(media, found, now) {
                let unnamed = Some(media).filter(|media| !old.product.pictures().contains(media));
                return self.delete_media(id, unnamed).await;
            }
            let change =
                Change { old: Some(&old), new: &new, facts: Vec::new(), at: now, beside: Vec::new() };
            match self.store.save(change).await {
                Ok(_) => {
                    observe::count(if found.is_some() { "pictures_attached" } else { "pictures_refused" }, 1);
                    return Ok(());
                }
                Err(Unsaved::Overtaken) => continue,
                Err(Unsaved::Refused(refusal)) => return Err(refusal.into()),
                Err(Unsaved::Table(error)) => return Err(error.into()),
            }
        }
        Err(AppError::Busy)
    }
}
