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

use dynamo::{Attempts, Condition, Error, Key, Query, Save, Stored, Table, Update, Versioned, Write};
use facts::Unsent;
use ids::{Sku, VariantId};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::AppError;
use crate::domain::{Card, Cell, CellName, Counts, Level};

pub use books::read_books;
pub use ledger::Warehouse;
pub use reservations::swept;

#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A variant's card, its cells and its level as they were at one reading.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub variant: VariantId,
    pub card: Versioned<Card>,
    /// Every cell that was ever written, given up or not.
    pub cells: Vec<Cell>,
    pub level: Option<Versioned<Level>>,
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
                None if key.sk == keys::CARD => card = Some(Versioned { version, body: read(body)? }),
                None => level = Some(Versioned { version, body: read::<LevelItem>(body)?.level }),
            }
        }
        Ok(card.map(|card| Shelf { variant, card, cells, level }))
    }

    /// Opens the stock of a variant: its card and its level, with the receipt of the fact that told of
    /// it. A variant whose stock is open already stays as it is.
    pub async fn open(
        &self,
        variant: VariantId,
        card: &Card,
        fact: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let level = if card.is_stocked() { Level::OutOfStock } else { Level::NotStocked };
        let key = keys::card(variant);
        let writes = vec![
            silent(key.clone(), 0, card, now)?,
            silent(keys::level(variant), 0, &LevelItem { level }, now)?,
        ];
        match self.table.commit_once(fact, now, writes).await {
            Err(error) if error.refused(&key) => Ok(()),
            outcome => Ok(outcome.map(drop)?),
        }
    }

    /// Gives a variant its number, with the receipt of the fact that told of it. The card must be there.
    pub async fn number(
        &self,
        variant: VariantId,
        sku: Sku,
        fact: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let update = Update::new().counted().count("numeric_sku", sku.get());
        let writes = vec![
            Write::update(keys::card(variant), update).when(Condition::Present),
            Write::put(keys::number(sku), &NumberItem { variant })?,
        ];
        Ok(self.table.commit_once(fact, now, writes).await.map(drop)?)
    }

    /// Saves the card as it lies on this shelf now, together with the memory of the answer.
    pub async fn save_card(&self, shelf: &Shelf, memory: Write, now: Timestamp) -> Result<bool, AppError> {
        let Versioned { version, body } = &shelf.card;
        let save = silent(keys::card(shelf.variant), version - 1, body, now)?;
        self.table.try_commit(vec![save, memory], |_| None).await
    }

    /// Tells the public something else than before, unless another writer has just done so.
    pub async fn save_level(
        &self,
        variant: VariantId,
        loaded: u64,
        level: Level,
        told: Option<Unsent>,
        at: Timestamp,
    ) -> Result<bool, AppError> {
        let (key, aggregate, body) = (keys::level(variant), variant.to_string(), &LevelItem { level });
        let facts = told.into_iter().collect();
        let save = Write::save(Save { key, aggregate: &aggregate, loaded, body, facts, at })?;
        self.table.try_commit(vec![save], |_| None).await
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

/// The next version of something that has nothing to tell, so that its name stands in no fact.
fn silent<T: Serialize>(key: Key, loaded: u64, body: &T, at: Timestamp) -> Result<Write, Error> {
    Write::save(Save { key, aggregate: "", loaded, body, facts: Vec::new(), at })
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}
