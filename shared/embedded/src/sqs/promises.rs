//! Notes of messages to be sent: written before the event that a message reports, and deleted after it
//! was sent. After a restart the message of a note is sent instead.

use rusqlite::named_params;

use super::{SqsEngine, SqsEngineError};

impl SqsEngine {
    /// Writes a note. The answer is its id.
    pub(crate) fn promise(&self, note: &str) -> Result<i64, SqsEngineError> {
        let store = self.store();
        store.execute("INSERT INTO promises (note) VALUES (:note)", named_params! {":note": note})?;
        Ok(store.last_insert_rowid())
    }

    /// Deletes a note: the message was sent, or there is none to send.
    pub(crate) fn keep_promise(&self, id: i64) -> Result<(), SqsEngineError> {
        self.store().execute("DELETE FROM promises WHERE id = ?1", [id])?;
        Ok(())
    }

    /// The notes that are left, in order.
    pub(crate) fn promised(&self) -> Result<Vec<(i64, String)>, SqsEngineError> {
        let store = self.store();
        let mut select = store.prepare("SELECT id, note FROM promises ORDER BY id")?;
        let promised = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(promised.collect::<Result<_, _>>()?)
    }
}
