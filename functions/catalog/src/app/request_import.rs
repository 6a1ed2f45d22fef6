//! A merchant asks for a place to drop a file.

use blob::{Announced, Awaited};
use dynamo::{Receipt, Versioned};
use failure::Failure;
use ids::{ImportId, MerchantId};

use super::{App, AppError};
use crate::domain::{Format, Import};
use crate::store::objects::SOURCES;

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
            // A new id is nobody else's, so this is a repeated write of our own that met itself.
            false => Err(Failure::overtaken().into()),
        }
    }
}
