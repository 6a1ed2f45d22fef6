//! The only folder that says table, key or item.
//!
//! [`Store`] reads and writes what the use cases decide on; a [`Shelf`] is everything that a
//! decision about one variant needs, read in one request. Every write goes out with the conditions
//! that make it true: a cell's numbers never below zero, a versioned item only as it was read.

mod books;
mod keys;
mod ledger;
mod reservations;

use std::collections::HashMap;

use dynamo::{Attempts, Condition, Error, Heard, Query, Save, Stored, Table, Update, Write, decode};
use facts::Unsent;
use ids::{Sku, VariantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::AppError;
use crate::domain::{Card, Cell, CellName, Counts, Level};

pub use books::read_books;
pub use ledger::{Entry, Warehouse};
pub use reservations::Swept;

#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A variant's card, its cells and its level as they were at one reading.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub variant: VariantId,
    pub card: Card,
    pub version: u64,
    /// Every cell that was ever written, given up or not.
    pub cells: Vec<Cell>,
    /// What the public is told, and the version of that.
    pub level: Option<(Level, u64)>,
}

impl Shelf {
    pub fn total(&self) -> Counts {
        self.cells.iter().map(|cell| cell.counts).sum()
    }

    pub fn free(&self) -> u64 {
        u64::try_from(self.total().free()).unwrap_or(0)
    }
}

#[derive(Serialize, Deserialize)]
struct LevelItem {
    level: Level,
}

#[derive(Serialize, Deserialize)]
struct NumberItem {
    variant: VariantId,
}

impl Store {
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    /// What a use case measures its tries by when others may be faster.
    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// The cards of up to 100 variants in one request; unknown ones are left out.
    pub async fn cards(&self, variants: &[VariantId]) -> Result<HashMap<VariantId, Card>, Error> {
        let keys: Vec<_> = variants.iter().map(|variant| keys::card(*variant)).collect();
        let cards: Vec<Stored<Card>> = self.table.get_many(&keys).await?;
        let cards = cards.into_iter().filter_map(|card| Some((keys::variant_of(&card.key)?, card.body)));
        Ok(cards.collect())
    }

    /// The levels of up to 100 variants in one request; unknown ones are left out.
    pub async fn levels(&self, variants: &[VariantId]) -> Result<HashMap<VariantId, Level>, Error> {
        let keys: Vec<_> = variants.iter().map(|variant| keys::level(*variant)).collect();
        let levels: Vec<Stored<LevelItem>> = self.table.get_many(&keys).await?;
        let levels = levels.into_iter().filter_map(|l| Some((keys::variant_of(&l.key)?, l.body.level)));
        Ok(levels.collect())
    }

    /// What some cells hold, 100 of them in a request; cells that were never written are left out.
    pub async fn counts(&self, cells: &[CellName]) -> Result<HashMap<CellName, Counts>, Error> {
        let mut counts = HashMap::new();
        for some in cells.chunks(100) {
            let keys: Vec<_> = some.iter().map(|cell| keys::cell(*cell)).collect();
            for found in self.table.get_many::<Counts>(&keys).await? {
                counts.extend(keys::cell_of(&found.key).map(|cell| (cell, found.body)));
            }
        }
        Ok(counts)
    }

    /// Everything that a decision about a variant needs, as it was last written.
    pub async fn shelf(&self, variant: VariantId) -> Result<Option<Shelf>, Error> {
        let query = Query::partition(keys::stock(variant)).up_to(keys::LEVEL).limit(1000).consistent();
        let (mut card, mut cells, mut level) = (None, Vec::new(), None);
        for Stored { key, version, body } in self.table.query_all::<Value>(query).await? {
            match keys::cell_of(&key) {
                Some(name) => cells.push(Cell { name, counts: read(body)? }),
                None if key.sk == keys::CARD => card = Some((read::<Card>(body)?, version)),
                None => level = Some((read::<LevelItem>(body)?.level, version)),
            }
        }
        Ok(card.map(|(card, version)| Shelf { variant, card, version, cells, level }))
    }

    /// Opens the stock of a variant: its card and its level, with the receipt of the fact that told of it. A variant whose stock is open already stays as it is.
    pub async fn open(
        &self,
        variant: VariantId,
        card: &Card,
        fact: &str,
        now: Timestamp,
    ) -> Result<Heard, Error> {
        let level = if card.is_stocked() { Level::OutOfStock } else { Level::NotStocked };
        let key = keys::card(variant);
        let writes = vec![
            Write::save(silent(key.clone(), &variant.to_string(), 0, card, now))?,
            Write::save(silent(keys::level(variant), &variant.to_string(), 0, &LevelItem { level }, now))?,
        ];
        match self.table.commit_once(fact, now, writes).await {
            Err(error) if error.refused(&key) => Ok(Heard::Before),
            outcome => outcome,
        }
    }

    /// Gives a variant its number, with the receipt of the fact that told of it. The card must be there.
    pub async fn number(
        &self,
        variant: VariantId,
        sku: Sku,
        fact: &str,
        now: Timestamp,
    ) -> Result<Heard, Error> {
        let update = Update::new().counted().count("numeric_sku", sku.get());
        let writes = vec![
            Write::update(keys::card(variant), update).when(Condition::Present),
            Write::put(keys::number(sku), &NumberItem { variant })?,
        ];
        self.table.commit_once(fact, now, writes).await
    }

    /// Saves the card's next version together with the memory of who asked for it.
    pub async fn save_card(
        &self,
        shelf: &Shelf,
        card: &Card,
        memory: Write,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let variant = shelf.variant;
        let save = silent(keys::card(variant), "", shelf.version, card, now);
        self.table.try_commit(vec![Write::save(save)?, memory], |_| None).await
    }

    /// Tells the public something else than before, unless somebody else has just done so.
    pub async fn save_level(
        &self,
        variant: VariantId,
        loaded: u64,
        level: Level,
        told: Option<Unsent>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (key, body) = (keys::level(variant), LevelItem { level });
        let aggregate = variant.to_string();
        let save = Save { facts: told.into_iter().collect(), ..silent(key, &aggregate, loaded, &body, now) };
        self.table.commit(vec![Write::save(save)?]).await
    }

    /// Changes cells, all or none.
    pub async fn change_cells(
        &self,
        changes: impl IntoIterator<Item = (CellName, Counts)>,
    ) -> Result<(), Error> {
        self.table.commit(changes.into_iter().map(|(cell, by)| change(cell, by)).collect()).await
    }

    pub async fn variant_with(&self, sku: Sku) -> Result<Option<VariantId>, Error> {
        let found = self.table.peek::<NumberItem>(&keys::number(sku)).await?;
        Ok(found.map(|number| number.body.variant))
    }
}

/// A change to a cell, on the condition that nothing in it falls below zero. A cell that is not
/// there yet counts as empty.
fn change(cell: CellName, by: Counts) -> Write {
    const FREE: &str = "free";
    const HELD: &str = "held";
    const COMMITTED: &str = "committed";
    let update = Update::new()
        .add("on_hand", by.on_hand())
        .add(FREE, by.free())
        .add(HELD, by.held())
        .add(COMMITTED, by.committed());
    let write = Write::update(keys::cell(cell), update);
    let taken = [(FREE, -by.free()), (HELD, -by.held()), (COMMITTED, -by.committed())];
    let taken = taken.into_iter().filter(|(_, n)| *n > 0);
    taken.fold(write, |write, (attribute, n)| write.when(Condition::AtLeast(attribute, n)))
}

/// The next version of something that has nothing to tell.
fn silent<'a, T>(
    key: dynamo::Key,
    aggregate: &'a str,
    loaded: u64,
    body: &'a T,
    at: Timestamp,
) -> Save<'a, T> {
    Save { key, aggregate, loaded, body, facts: Vec::new(), at }
}

fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}

/// The item as what it says, with its version.
fn stored<T: serde::de::DeserializeOwned>(item: dynamo::Item) -> Result<(u64, T), Error> {
    decode(item).map(|stored| (stored.version, stored.body))
}
