//! The only folder that says table, key or item.
//!
//! The product is one document; everything else about it in the table follows from it, and
//! every save writes the difference together with the product, its facts and the memory of
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

use clock::Clock;
use dynamo::{
    Aggregate, Attempts, Change, Condition, Error, Key, Receipt, Stored, Table, Versioned, Write, decode,
    difference, transition,
};
use facts::Unsent;
use ids::{ProductId, VariantId};
use jiff::Timestamp;

use crate::app::AppError;
use crate::domain::{Locale, Product, Refusal, Slug};
use cards::{NumberClaim, SlugClaim, project};

pub use audit::unnamed;
pub use cards::{Card, Line};
pub use imports::remembering;
pub use shelves::Shelf;

#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

impl Store {
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    /// What a use case measures its tries by when others may be faster.
    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// A product as it was last written: for decisions.
    pub async fn product(&self, id: ProductId) -> Result<Option<Versioned<Product>>, Error> {
        Ok(self.table.get(&keys::product(id)).await?.map(Versioned::from))
    }

    /// A product as it may have been a moment ago: for looking.
    pub async fn peek_product(&self, id: ProductId) -> Result<Option<Versioned<Product>>, Error> {
        Ok(self.table.peek(&keys::product(id)).await?.map(Versioned::from))
    }

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

    pub(crate) fn change_product<'a>(&'a self, clock: &'a Clock, product: ProductId) -> Change<'a, Product> {
        self.table.change(clock, keys::product(product))
    }

    pub(crate) async fn create_product(
        &self,
        product: Product,
        receipt: Receipt<Versioned<Product>>,
        now: Timestamp,
    ) -> Result<Versioned<Product>, AppError> {
        self.table.create(keys::product(product.id), product, Vec::new(), Some(receipt), now).await
    }

    /// Saves a product's next version and everything that follows from it, all or nothing, or says that
    /// another writer was faster.
    pub(crate) async fn save(
        &self,
        old: Option<&Versioned<Product>>,
        new: &Product,
        facts: Vec<Unsent>,
        beside: Vec<Write>,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let mut writes = transition(keys::product(new.id), old, new, facts, now)?;
        writes.extend(beside);
        self.table.try_commit(writes, Product::judge).await
    }
}

impl Aggregate for Product {
    type Refusal = Refusal;

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn missing() -> Result<Product, Refusal> {
        Err(Refusal::NoSuchProduct)
    }

    fn tells(&self, before: Option<&Product>) -> Vec<Unsent> {
        before.and_then(|before| self.says_dropped(before)).into_iter().collect()
    }

    /// What it leaves in other places, and what has to be so of its shop: a closed one names no picture,
    /// since it is swept once, and one that may not sell takes no address and no number from others.
    fn follows(&self, before: Option<&Product>) -> Result<Vec<Write>, Error> {
        let mut writes = Vec::new();
        let named = before.map(Product::pictures).unwrap_or_default();
        if before.is_some_and(|before| before.state == self.state) && self.claims_more_than(before) {
            writes.push(standings::open(self.merchant));
        } else if !self.pictures().is_subset(&named) {
            writes.push(standings::not_closed(self.merchant));
        }
        let free = || Condition::Absent.or(Condition::says("product", self.id.to_string()));
        let projected = before.map_or_else(BTreeMap::new, project);
        writes.extend(difference(projected, &project(self), |_, item| item.is_claim().then(free))?);
        Ok(writes)
    }

    /// A refused product was written by another; a refused standing is a shop that may not; a refused
    /// claim says what it wanted by its key, and what lies there says whose it is.
    fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
        if refusals.iter().any(|refusal| refusal.key.sk == "product") {
            return None;
        }
        refusals.iter().find_map(|refusal| match refusal.key.sk.as_str() {
            "standing" => Some(Refusal::ShopNotOpen),
            _ => taken(&refusal.key, refusal.found.clone()),
        })
    }
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
