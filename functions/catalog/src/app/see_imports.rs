//! How far a file is, and what became of its rows.

use std::time::Duration;

use blob::{GetTerms, Link};
use dynamo::Versioned;
use ids::{ImportId, MerchantId};

use super::{App, AppError};
use crate::domain::{Format, Import, ImportState, Refusal};
use crate::store::objects;

/// How long the link to an outcome lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

impl App {
    /// A merchant's import with its version.
    pub async fn get_import(
        &self,
        merchant: MerchantId,
        id: ImportId,
    ) -> Result<Versioned<Import>, AppError> {
        let found = self.store.import(id).await?;
        Ok(found.filter(|import| import.body.merchant == merchant).ok_or(Refusal::NoSuchImport)?)
    }

    pub async fn get_import_outcome(&self, merchant: MerchantId, id: ImportId) -> Result<Link, AppError> {
        let import = self.get_import(merchant, id).await?.body;
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
