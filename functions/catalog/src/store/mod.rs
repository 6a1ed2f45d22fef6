//! The only folder that says table, key or item.
//!
//! The product is one document; everything else about it in the table follows from it, and
//! [`Store::save`] writes the difference together with the product, its facts and the memory of
//! who asked, in one transaction. Lists are shelves (`shelves.rs`); categories, imports and what was
//! heard of shops lie beside.

mod audit;
mod cards;
mod categories;
mod imports;
mod keys;
pub mod objects;
mod shelves;
mod standings;
mod sweeps;

use std::collections::BTreeMap;

use dynamo::{Attempts, Condition, Error, Key, Save, Stored, Table, Write, decode, difference};
use facts::Unsent;
use ids::{ProductId, VariantId};
use jiff::Timestamp;

use crate::domain::{Locale, Product, Refusal, Slug};
use cards::{NumberClaim, SlugClaim, project};

pub use audit::unnamed;
pub use cards::{Card, CardTitle, Line};
pub use categories::Loaded;
pub use imports::remembering;
pub use shelves::Shelf;

/// What the room owns.
#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A product as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The product.
    pub product: Product,
    /// Its version.
    pub version: u64,
}

/// A product's next version on its way into the table.
pub struct Change<'a> {
    /// What was read; nothing for a new product.
    pub old: Option<&'a Kept>,
    /// What it says now.
    pub new: &'a Product,
    /// What happened.
    pub facts: Vec<Unsent>,
    /// When.
    pub at: Timestamp,
    /// What must be saved in the same moment: the answer to whoever asked, the row of a file.
    pub beside: Vec<Write>,
}

/// Why a product was not saved. Nothing was written.
#[derive(Debug)]
pub enum Unsaved {
    /// Somebody else has saved it since it was read.
    Overtaken,
    /// Something that only one product can have is another's.
    Refused(Refusal),
    /// The table said no for another reason, or did not answer.
    Table(Error),
}

impl Store {
    /// What lies in this table.
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    /// What a use case measures its tries by when others may be faster.
    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// A product as it was last written: for decisions.
    pub async fn product(&self, id: ProductId) -> Result<Option<Kept>, Error> {
        Ok(self.table.get(&keys::product(id)).await?.map(kept))
    }

    /// A product as it may have been a moment ago: for looking.
    pub async fn peek_product(&self, id: ProductId) -> Result<Option<Kept>, Error> {
        Ok(self.table.peek(&keys::product(id)).await?.map(kept))
    }

    /// The product at an address.
    pub async fn product_at(&self, locale: &Locale, slug: &Slug) -> Result<Option<ProductId>, Error> {
        let claim = self.table.peek::<SlugClaim>(&keys::slug(locale, slug)).await?;
        Ok(claim.map(|claim| claim.body.product))
    }

    /// What pricing needs of up to 100 variants, in one request; unknown ones are left out.
    pub async fn lines(&self, variants: &[VariantId]) -> Result<Vec<Line>, Error> {
        let keys: Vec<_> = variants.iter().map(|variant| keys::line(*variant)).collect();
        let lines: Vec<Stored<Line>> = self.table.get_many(&keys).await?;
        Ok(lines.into_iter().map(|line| line.body).collect())
    }

    /// Saves a product's next version and everything that follows from it, all or nothing.
    /// Answers the version that it has now.
    pub async fn save(&self, change: Change<'_>) -> Result<u64, Unsaved> {
        let loaded = change.old.map_or(0, |old| old.version);
        let writes = writes(change).map_err(Unsaved::Table)?;
        self.table.commit(writes).await.map_err(unsaved)?;
        Ok(loaded + 1)
    }
}

fn kept(stored: Stored<Product>) -> Kept {
    Kept { product: stored.body, version: stored.version }
}

/// The product and the difference of what follows from it.
fn writes(change: Change<'_>) -> Result<Vec<Write>, Error> {
    let Change { old, new, mut facts, at, beside } = change;
    facts.extend(old.and_then(|old| new.says_dropped(&old.product)));
    let aggregate = new.id.to_string();
    let key = keys::product(new.id);
    let loaded = old.map_or(0, |old| old.version);
    let save = Save { key, aggregate: &aggregate, loaded, body: new, facts, at };
    let mut writes = vec![Write::save(save)?];
    let before = old.map_or_else(BTreeMap::new, |old| project(&old.product));
    let after = project(new);
    // A closed shop is swept once: what its people named afterwards with an old token would stay.
    let named = old.map(|old| old.product.pictures()).unwrap_or_default();
    if !new.pictures().is_subset(&named) {
        writes.push(standings::not_closed(new.merchant));
    }
    let free = || Condition::Absent.or(Condition::says("product", &aggregate));
    writes.extend(difference(before, &after, |_, item| item.is_claim().then(free))?);
    writes.extend(beside);
    Ok(writes)
}

/// A refused product is a lost race; a refused claim says what it wanted by its key, and what lies
/// there says whose it is.
fn unsaved(error: Error) -> Unsaved {
    for refusal in error.refusals() {
        if refusal.key.sk == "product" {
            return Unsaved::Overtaken;
        }
        if refusal.key.sk == "standing" {
            return Unsaved::Refused(Refusal::ShopNotOpen);
        }
        if let Some(taken) = taken(&refusal.key, refusal.found.clone()) {
            return Unsaved::Refused(taken);
        }
    }
    Unsaved::Table(error)
}

fn taken(key: &Key, found: Option<dynamo::Item>) -> Option<Refusal> {
    let found = found?;
    if key.pk == keys::NUMBERS {
        let number: Stored<NumberClaim> = decode(found).ok()?;
        return Some(Refusal::NumberTaken { number: number.body.sku });
    }
    if key.sk == "claim" {
        let SlugClaim { locale, slug, .. } = decode(found).ok()?.body;
        return Some(Refusal::SlugTaken { locale, slug });
    }
    None
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
