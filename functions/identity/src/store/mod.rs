//! The only folder that says table, key or item.
//!
//! [`Store`] reads what the use cases decide on; a [`Transaction`] is everything that one decision writes,
//! carried out whole or not at all. Every write goes out with the condition that makes it true.

mod api_keys;
mod books;
mod keys;
mod people;
mod sessions;
mod signing;
mod transaction;

use dynamo::{Attempts, Cursor, Error, Page, Query, Table};
use ids::{AccountId, Mint};
use jiff::Timestamp;

use crate::domain::Entry;

pub use books::{audit, audit_at_rest};
pub use people::{Knock, Known, Present};
pub use sessions::Rotated;
pub use transaction::Transaction;

/// How much of a list is wanted, and from where on.
pub type Part = (u16, Option<Cursor>);

#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
    mint: Mint,
}

impl Store {
    pub fn new(table: Table, mint: Mint) -> Store {
        Store { table, mint }
    }

    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// Everything that one decision writes, with nothing in it yet.
    pub fn transaction(&self, now: Timestamp) -> Transaction {
        Transaction::new(self.mint.clone(), now)
    }

    /// The trail of an account, newest first.
    pub async fn trail(&self, account: AccountId, (limit, after): Part) -> Result<Page<Entry>, Error> {
        let query = Query::partition(keys::person(account)).starting_with(keys::TRAIL);
        self.table.query(query.newest_first().limit(limit).after(after)).await
    }
}
