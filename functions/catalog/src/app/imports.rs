//! Files of products: asked for, how far they are, and what became of their rows.

use std::time::Duration;

use blob::{Announced, Awaited, GetTerms, Link};
use dynamo::{Receipt, Versioned};
use failure::Failure;
use ids::{ImportId, MerchantId};

use super::{App, AppError};
use crate::domain::{Format, Import, ImportState, Refusal};
use crate::store::objects::{self, SOURCES};

const OUTCOME_LINK_LASTS: Duration = Duration::from_secs(15 * 60);

/// An import that awaits its file, at its first version.
pub(crate) type Requested = Versioned<Awaited<Import>>;

impl App {
    pub async fn request_import(
        &self,
        merchant: MerchantId,
        format: Format,
        announced: Announced,
        receipt: Receipt<Requested>,
    ) -> Result<Requested, AppError> {
        let (id, now) = (ImportId::mint(&self.mint), self.clock.now());
        let awaited = SOURCES.permit(self.bucket()?, (merchant, id), announced, now).await?;
        let import = Import::request(id, merchant, format, now);
        let requested = Versioned { version: 1, body: Awaited { what: import, permit: awaited.permit } };
        let beside = vec![receipt.write(&requested)?];
        match self.store.save_import(0, &requested.body.what, Vec::new(), now, beside).await? {
            true => Ok(requested),
            // A new id is used nowhere else, so this is a repeated write of our own that met itself.
            false => Err(Failure::overtaken().into()),
        }
    }

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
        let terms = GetTerms { key: &key, content_type, save_as: Some(&name), expires: OUTCOME_LINK_LASTS };
        Ok(self.bucket()?.presign_get(terms, now).await?)
    }
}
