//! How far a file is, and what became of its rows.

use std::time::Duration;

use ids::{ImportId, MerchantId};
use jiff::Timestamp;

use super::{App, Trouble};
use crate::domain::{Import, ImportState, Refusal};
use crate::store::objects;

/// How long the link to an outcome lasts.
const LASTS: Duration = Duration::from_secs(15 * 60);

impl App {
    /// A merchant's import with its version.
    pub async fn get_import(&self, merchant: MerchantId, id: ImportId) -> Result<(Import, u64), Trouble> {
        let found = self.store.import(id).await?;
        found.filter(|(import, _)| import.merchant == merchant).ok_or(Trouble::NoSuchImport)
    }

    /// A link to what became of each row, and until when it lasts.
    pub async fn get_import_outcome(
        &self,
        merchant: MerchantId,
        id: ImportId,
    ) -> Result<(String, Timestamp), Trouble> {
        let (import, _) = self.get_import(merchant, id).await?;
        if import.state != ImportState::Finished {
            return Err(Refusal::NotFinished.into());
        }
        let (key, now) = (objects::outcome(merchant, id), self.clock.now());
        let name = format!("{id}.ndjson");
        let link = self.bucket()?.presign_get(&key, LASTS, Some(&name), now).await?;
        Ok((link.url, now + LASTS))
    }
}
