//! One row of a merchant's file, applied.
//!
//! The first row about a product makes it; the same words again change nothing; other words change the
//! product. What the row came to is remembered in the transaction that does it, refusals included, so a
//! row that is read again tells what it did the first time. Only what the row alone decides, a cell that
//! cannot be read, is not remembered: it comes to the same with every reading.

use std::collections::HashMap;

use dynamo::Versioned;
use facts::Unsent;
use failure::Failure;
use ids::{CategoryId, ProductId, VariantId};
use jiff::Timestamp;

use super::{App, AppError};
use crate::domain::{
    Applied, ExternalId, Import, Memory, NewProduct, Outcome, Price, Product, Refusal, Standing, State, Tree,
    VariantWords,
};
use crate::files::{Cells, Offer, offer};
use crate::store::remembering;

/// What rows are decided on besides what they say.
pub(super) struct Market<'a> {
    pub tree: &'a Tree,
    pub shop: Standing,
}

struct Made {
    product: Product,
    variant: VariantId,
    facts: Vec<Unsent>,
}

impl App {
    /// Applies the cells of a row. What was said before of its product is known from a cheap reading
    /// together with others, which is good enough to try: every write asks whether it still holds.
    pub(super) async fn apply_row(
        &self,
        import: &Import,
        market: &Market<'_>,
        known: &HashMap<ExternalId, Versioned<Memory>>,
        number: u64,
        cells: &Cells,
    ) -> Result<Applied, AppError> {
        let (offer, hash) = match offer(cells) {
            Ok(offer) => (offer, cells.hash()),
            Err(bad) => return Ok(Applied::refused(bad.code, bad.message, None)),
        };
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let memory = match attempts.is_first() {
                true => known.get(&offer.external_id).cloned().unwrap_or_default(),
                false => self.store.memory(import.merchant, &offer.external_id).await?,
            };
            if let Some(came) = memory.body.came(import.id, number) {
                return Ok(came);
            }
            let row = Row { import, number, offer: &offer, hash: &hash, memory };
            if let Some(applied) = self.decide_row(row, market).await? {
                return Ok(applied);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Decides what a row comes to, does it and remembers it, or says that another writer was faster.
    async fn decide_row(&self, row: Row<'_>, market: &Market<'_>) -> Result<Option<Applied>, AppError> {
        let known = row.memory.body.product();
        let category = match row.offer.category.as_deref().map(|named| path(market.tree, named).ok_or(named))
        {
            None => None,
            Some(Ok(path)) => Some(path),
            Some(Err(named)) => {
                let message = format!("there is no category {named:?}");
                return self.settle_row(row, Applied::refused("no_such_category", message, known)).await;
            }
        };
        if let Some(product) = known.filter(|_| row.memory.body.holds(row.hash)) {
            return self.settle_row(row, Applied::well(Outcome::Unchanged, product)).await;
        }
        match self.write_row(&row, market.shop, category).await {
            Ok(applied) => Ok(applied),
            Err(AppError::Failed(failure)) => Err(failure.into()),
            Err(AppError::Refused(refusal)) => {
                let refused = Applied::refused(refusal.code(), refusal.to_string(), known);
                self.settle_row(row, refused).await
            }
        }
    }

    /// Makes or changes the product. Nothing when another writer was faster.
    async fn write_row(
        &self,
        row: &Row<'_>,
        shop: Standing,
        category: Option<Vec<CategoryId>>,
    ) -> Result<Option<Applied>, AppError> {
        let Row { import, number, offer, hash, .. } = *row;
        let now = self.clock.now();
        let old = match &row.memory.body.known {
            None => None,
            Some(known) => self.store.product(known.product).await?,
        };
        let made = match (&row.memory.body.known, &old) {
            (Some(known), Some(old)) => update(old.body.clone(), known.variant, offer, category, shop, now),
            _ => {
                let (product, variant) = (ProductId::mint(&self.mint), VariantId::mint(&self.mint));
                create(import, product, variant, offer, category, shop, now)
            }
        };
        let Made { product, variant, facts } = made?;
        if shop != Standing::Open && product.claims_more_than(old.as_ref().map(|old| &old.body)) {
            return Err(Refusal::ShopNotOpen.into());
        }
        let outcome = if old.is_some() { Outcome::Updated } else { Outcome::Created };
        let applied = Applied::well(outcome, product.id);
        let memory = row.memory.body.clone().knowing(product.id, variant, hash);
        let memory = memory.with(import.id, number, applied.clone(), now);
        let remember = remembering(import.merchant, &offer.external_id, row.memory.version, &memory);
        let saved = self.store.save(old.as_ref(), &product, facts, vec![remember?], now).await?;
        Ok(saved.then_some(applied))
    }

    /// Remembers what a row came to that changes nothing.
    async fn settle_row(&self, row: Row<'_>, came: Applied) -> Result<Option<Applied>, AppError> {
        let Row { import, number, offer, memory: Versioned { version, body }, .. } = row;
        let memory = body.with(import.id, number, came.clone(), self.clock.now());
        let kept = self.store.remember(import.merchant, &offer.external_id, version, &memory).await?;
        Ok(kept.then_some(came))
    }
}

/// A row on its way: what it says, and what was said before of its product.
struct Row<'a> {
    import: &'a Import,
    number: u64,
    offer: &'a Offer,
    hash: &'a str,
    memory: Versioned<Memory>,
}

fn path(tree: &Tree, named: &str) -> Option<Vec<CategoryId>> {
    let id = named.parse().ok().or_else(|| tree.by_slug(named).map(|category| category.id))?;
    tree.path(id).ok()
}

fn create(
    import: &Import,
    id: ProductId,
    variant: VariantId,
    offer: &Offer,
    category: Option<Vec<CategoryId>>,
    shop: Standing,
    now: Timestamp,
) -> Result<Made, Refusal> {
    let new = NewProduct {
        merchant: import.merchant,
        locale: offer.locale.clone(),
        title: offer.title.clone(),
        description: offer.description.clone(),
        slug: offer.slug.clone(),
        categories: category.into_iter().collect(),
    };
    let mut product = Product::create(id, new, now)?;
    let words = VariantWords {
        kind: offer.kind,
        sku: offer.sku.clone(),
        numeric_sku: offer.numeric_sku,
        barcode: offer.barcode.clone(),
        weight_grams: offer.weight_grams,
        choices: Default::default(),
        sellable: true,
    };
    let mut facts = product.add_variant(variant, words, now)?;
    facts.extend(product.change_price(variant, Price { money: offer.price, from: now, until: None }, now)?);
    facts.extend(put_on_sale(&mut product, offer, shop, now)?);
    Ok(Made { product, variant, facts })
}

/// Changes only what the row says otherwise. What the merchant has done by hand, a second
/// language, a picture, a sale, stays.
fn update(
    mut product: Product,
    variant: VariantId,
    offer: &Offer,
    category: Option<Vec<CategoryId>>,
    shop: Standing,
    now: Timestamp,
) -> Result<Made, Refusal> {
    let words = product.translations.get(&offer.locale).cloned();
    let mut facts = Vec::new();
    let other_title = words.as_ref().is_none_or(|words| words.title != offer.title);
    let other_slug = offer.slug.as_ref().is_some_and(|slug| words.as_ref().is_none_or(|w| w.slug != *slug));
    if other_title || other_slug {
        facts.extend(product.rename(offer.locale.clone(), offer.title.clone(), offer.slug.clone(), now)?);
    }
    if words.and_then(|words| words.description) != offer.description {
        facts.extend(product.describe(offer.locale.clone(), offer.description.clone(), now)?);
    }
    let there = product.variant(variant)?.clone();
    let said = VariantWords {
        kind: offer.kind,
        sku: offer.sku.clone(),
        numeric_sku: offer.numeric_sku,
        barcode: offer.barcode.clone(),
        weight_grams: offer.weight_grams,
        ..there.words.clone()
    };
    if said != there.words {
        facts.extend(product.change_variant(variant, said, now)?);
    }
    if there.prices.at(offer.price.currency(), now) != Some(offer.price) {
        let price = Price { money: offer.price, from: now, until: None };
        facts.extend(product.change_price(variant, price, now)?);
    }
    if let Some(path) = category.filter(|path| !product.categories.contains(path)) {
        facts.extend(product.put_in_categories(vec![path], now)?);
    }
    facts.extend(put_on_sale(&mut product, offer, shop, now)?);
    product.changed_at = now;
    Ok(Made { product, variant, facts })
}

fn put_on_sale(
    product: &mut Product,
    offer: &Offer,
    shop: Standing,
    now: Timestamp,
) -> Result<Vec<Unsent>, Refusal> {
    if !offer.publish || product.state == State::Published {
        return Ok(Vec::new());
    }
    if product.state == State::Draft {
        product.propose(now)?;
    }
    product.publish(shop, now)
}
