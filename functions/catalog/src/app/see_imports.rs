//! How far a file is, and what became of its rows.

use std::time::Duration;

use blob::{GetTerms, Link};
use ids::{ImportId, MerchantId};

use super::{App, AppError};
use crate::domain::{Format, Import, ImportState, Refusal};
use crate::store::objects;

/// How long the link to an outcome lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

impl App {
    /// A merchant's import with its version.
    pub async fn get_import(&self, merchant: MerchantId, id: ImportId) -> Result<(Import, u64), AppError> {
        let found = self.store.import(id).await?;
        found.filter(|(import, _)| import.merchant == merchant).ok_or(AppError::NoSuchImport)
    }

    /// A link to what became of each row.
    pub async fn get_import_outcome(&self, merchant: MerchantId, id: ImportId) -> Result<Link, AppError> {
        let (import, _) = self.get_import(merchant, id).await?;
        if import.state != ImportState::Finished {
            return Err(Refusal::NotFinished.into());
        }
        let now = self.clock.now();
        if !import.outcome_is_kept(now) {
            return Err(Refusal::OutcomeGone.into());
        }
        let (key, name) = (objects::outcome(merchant, id), format!("{id}.ndjson"));
        let content_type = Format::Ndjson.content_type();
        let terms = GetTerms { key: &key, content_type, save_as: Some(&name), expires: LASTS };
        Ok(self.bucket()?.presign_get(terms, now).await?)
    }
}
