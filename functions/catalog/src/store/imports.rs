//! Imports, and what each row of a merchant's files has done.

use std::collections::HashMap;

use dynamo::{Error, Key, Save, Stored, Versioned, Write, encode};
use facts::Unsent;
use ids::{ImportId, MerchantId};
use jiff::Timestamp;

use crate::app::AppError;
use crate::domain::{ExternalId, Import, Memory};
use crate::store::{Store, keys};

impl Store {
    pub async fn import(&self, id: ImportId) -> Result<Option<Versioned<Import>>, Error> {
        Ok(self.table.get(&keys::import(id)).await?.map(Versioned::from))
    }

    /// Saves an import's next version. False when another reader was faster.
    pub async fn save_import(
        &self,
        loaded: u64,
        import: &Import,
        facts: Vec<Unsent>,
        at: Timestamp,
        beside: Vec<Write>,
    ) -> Result<bool, AppError> {
        let (key, aggregate) = (keys::import(import.id), import.id.to_string());
        let save = Save { key, aggregate: &aggregate, loaded, body: import, facts, at };
        let mut writes = vec![Write::save(save)?];
        writes.extend(beside);
        self.table.try_commit(writes, |_| None).await
    }

    /// What a merchant's files have said of one product, at version 0 when they never have.
    pub async fn memory(
        &self,
        merchant: MerchantId,
        external: &ExternalId,
    ) -> Result<Versioned<Memory>, Error> {
        let found = self.table.get::<Memory>(&keys::row(merchant, external)).await?;
        Ok(found.map(Versioned::from).unwrap_or_default())
    }

    /// What was said of up to 100 products, in one request. It may be a moment old; every write
    /// is made on the condition that it still holds.
    pub async fn memories(
        &self,
        merchant: MerchantId,
        external: &[ExternalId],
    ) -> Result<HashMap<ExternalId, Versioned<Memory>>, Error> {
        let keys: Vec<_> = external.iter().map(|external| keys::row(merchant, external)).collect();
        let found: Vec<Stored<Memory>> = self.table.get_many(&keys).await?;
        let mut found: HashMap<Key, _> =
            found.into_iter().map(|found| (found.key.clone(), Versioned::from(found))).collect();
        let asked = external.iter().zip(&keys);
        Ok(asked.filter_map(|(external, key)| Some((external.clone(), found.remove(key)?))).collect())
    }

    /// Remembers what a row came to that changes nothing of a product. False when another row has
    /// been remembered meanwhile.
    pub async fn remember(
        &self,
        merchant: MerchantId,
        external: &ExternalId,
        loaded: u64,
        memory: &Memory,
    ) -> Result<bool, AppError> {
        self.table.try_commit(vec![remembering(merchant, external, loaded, memory)?], |_| None).await
    }
}

/// The write that remembers what a row came to, if no other row has been remembered meanwhile.
pub fn remembering(
    merchant: MerchantId,
    external: &ExternalId,
    loaded: u64,
    memory: &Memory,
) -> Result<Write, Error> {
    Ok(Write::next(keys::row(merchant, external), loaded, encode(memory)?))
}
