//! A picture is taken away. The object is deleted by whoever hears of it.

use ids::MediaId;

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Takes a picture away.
    pub async fn remove_media(&self, target: Target, media: MediaId) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.remove_media(media, now)).await
    }
}
