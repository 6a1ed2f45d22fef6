//! Files that a shop does not name any more are deleted.

use ids::MerchantId;

use super::{App, AppError};
use crate::domain::ShopFile;
use crate::store::objects;

impl App {
    /// Deletes files. To delete one twice is fine, and no id is named again after it was dropped.
    pub async fn delete_files(
        &self,
        merchant: MerchantId,
        files: impl IntoIterator<Item = ShopFile>,
    ) -> Result<(), AppError> {
        for file in files {
            self.bucket()?.delete(&objects::name(merchant, file)).await?;
            observe::count("files_deleted", 1);
        }
        Ok(())
    }
}
