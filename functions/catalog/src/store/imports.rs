//! Imports, and what each row of a merchant's files has done.

use std::collections::HashMap;

use dynamo::{Condition, Error, Key, Save, Stored, Write};
use facts::Unsent;
use ids::{ImportId, MerchantId, ProductId, VariantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ExternalId, Import, Outcome};
use crate::store::{Store, keys, trace};

/// What a merchant's system said last of one product, and which row said it. The same row read
/// again, because its reader died before it could write down how far it had come, tells from this
/// what it did the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The product.
    pub product: ProductId,
    /// The variant that the row describes.
    pub variant: VariantId,
    /// What the row said.
    pub hash: String,
    /// The import that it came with.
    pub import: ImportId,
    /// Its number there.
    pub number: u64,
    /// What it did.
    pub outcome: Outcome,
}

impl Store {
    /// An import with its version.
    pub async fn import(&self, id: ImportId) -> Result<Option<(Import, u64)>, Error> {
        let found = self.table.get::<Import>(&keys::import(id)).await?;
        Ok(found.map(|found| (found.body, found.version)))
    }

    /// Saves an import's next version, if nobody else has. False when somebody has.
    pub async fn save_import(
        &self,
        loaded: u64,
        import: &Import,
        facts: Vec<Unsent>,
        at: Timestamp,
        beside: Vec<Write>,
    ) -> Result<bool, Error> {
        let key = keys::import(import.id);
        let aggregate = import.id.to_string();
        let save =
            Save { key: key.clone(), aggregate: &aggregate, loaded, body: import, facts, at, trace: trace() };
        let mut writes = vec![Write::save(save)?];
        writes.extend(beside);
        match self.table.commit(writes).await {
            Ok(()) => Ok(true),
            Err(error) if error.refused(&key) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What was last said of a merchant's product.
    pub async fn row(&self, merchant: MerchantId, external: &ExternalId) -> Result<Option<Row>, Error> {
        let found = self.table.get::<Row>(&keys::row(merchant, external)).await?;
        Ok(found.map(|found| found.body))
    }

    /// What was last said of up to 100 of a merchant's products, in one request. It may be a moment
    /// old; whoever acts on it writes on the condition that it still holds.
    pub async fn rows(
        &self,
        merchant: MerchantId,
        external: &[ExternalId],
    ) -> Result<HashMap<ExternalId, Row>, Error> {
        let keys: Vec<_> = external.iter().map(|external| keys::row(merchant, external)).collect();
        let found: Vec<Stored<Row>> = self.table.get_many(&keys).await?;
        let mut found: HashMap<Key, Row> = found.into_iter().map(|row| (row.key, row.body)).collect();
        let rows = external.iter().zip(&keys);
        Ok(rows.filter_map(|(external, key)| Some((external.clone(), found.remove(key)?))).collect())
    }

    /// Saves what was last said of a merchant's product, when nothing of the product changes. False
    /// when somebody has said something else meanwhile.
    pub async fn save_row(
        &self,
        merchant: MerchantId,
        external: &ExternalId,
        row: &Row,
        before: &Row,
    ) -> Result<bool, Error> {
        match self.table.commit(vec![row.remember(merchant, external, Some(before))?]).await {
            Ok(()) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Row {
    /// The write that remembers the row, if nobody has said anything else meanwhile.
    pub fn remember(
        &self,
        merchant: MerchantId,
        external: &ExternalId,
        before: Option<&Row>,
    ) -> Result<Write, Error> {
        let unchanged = match before {
            None => Condition::Absent,
            Some(before) => Condition::says("hash", &before.hash),
        };
        Ok(Write::put(keys::row(merchant, external), self)?.when(unchanged))
    }
}
