//! Pictures that a product does not name any more are deleted.

use ids::{MediaId, ProductId};

use super::{App, AppError};
use crate::store::objects;

impl App {
    /// Deletes pictures. To delete one twice is fine, and no id is named again after it was dropped.
    pub async fn delete_media(
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
