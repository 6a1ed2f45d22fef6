//! The tree of categories. It is small, so it is read whole; a change also writes the
//! tree's own item, so that two changes which were both decided on the same tree cannot both
//! come true.

use dynamo::{Error, Query, Save, Stored, Versioned, Write};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::app::AppError;
use crate::domain::{Category, Tree};
use crate::store::{Store, keys};

#[derive(Serialize)]
struct Head {}

impl Store {
    /// The whole tree. `fresh` when something is decided about it.
    pub async fn categories(&self, fresh: bool) -> Result<Versioned<Tree>, Error> {
        let query = Query::partition(keys::CATEGORIES).limit(1001);
        let query = if fresh { query.consistent() } else { query };
        let mut version = 0;
        let mut categories: Vec<Category> = Vec::new();
        for item in self.table.query_all::<Value>(query).await? {
            let Stored { key, version: v, body } = item;
            if key == keys::tree() {
                version = v;
            } else {
                let category = serde_json::from_value(body);
                categories.push(category.map_err(|e| Error::Malformed(format!("{key:?}: {e}")))?);
            }
        }
        Ok(Versioned { version, body: Tree::of(categories) })
    }

    /// Saves one category of a tree, if the tree is still as it was read. False when it is not.
    pub async fn save_category(
        &self,
        loaded: u64,
        category: &Category,
        at: Timestamp,
        beside: Vec<Write>,
    ) -> Result<bool, AppError> {
        let save = Save { key: keys::tree(), aggregate: "", loaded, body: &Head {}, facts: vec![], at };
        let mut writes = vec![Write::save(save)?, Write::put(keys::category(category.id), category)?];
        writes.extend(beside);
        self.table.try_commit(writes, |_| None).await
    }
}
