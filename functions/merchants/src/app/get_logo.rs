//! The sign over a shop's door.

use std::time::Duration;

use blob::GetTerms;
use ids::MerchantId;

use super::{App, AppError};
use crate::domain::Refusal;
use crate::store::objects;

/// How long the link lasts.
const LASTS: Duration = Duration::from_secs(60 * 60);

impl App {
    /// A link to the logo of a shop that everybody may see.
    pub async fn get_logo(&self, merchant: MerchantId) -> Result<String, AppError> {
        let kept = self.get_shop(merchant).await?;
        let logo = kept.shop.logo.as_ref().ok_or(Refusal::NoLogo)?;
        let key = objects::logo(merchant, logo.media);
        let content_type = logo.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: None, expires: LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?.url)
    }
}
