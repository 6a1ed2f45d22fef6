//! Notes of messages that somebody is about to send: written before what the message will tell of,
//! and struck out after it was sent. Whoever finds one after a restart sends the message instead.

use rusqlite::named_params;

use super::{SqsEngine, SqsEngineError};

impl SqsEngine {
    /// Writes down what is going to be told. The answer strikes it out.
    pub(crate) fn promise(&self, note: &str) -> Result<i64, SqsEngineError> {
        let store = self.store();
        store.execute("INSERT INTO promises (note) VALUES (:note)", named_params! {":note": note})?;
        Ok(store.last_insert_rowid())
    }

    /// It was told, or there is nothing to tell.
    pub(crate) fn keep_promise(&self, id: i64) -> Result<(), SqsEngineError> {
        self.store().execute("DELETE FROM promises WHERE id = ?1", [id])?;
        Ok(())
    }

    /// What was going to be told and is not struck out, in its order.
    pub(crate) fn promised(&self) -> Result<Vec<(i64, String)>, SqsEngineError> {
        let store = self.store();
        let mut select = store.prepare("SELECT id, note FROM promises ORDER BY id")?;
        let promised = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(promised.collect::<Result<_, _>>()?)
    }
}
