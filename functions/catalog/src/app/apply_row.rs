//! One row of a merchant's file, applied.
//!
//! A row is known by (merchant, external id), and what it says by a digest. The first time it makes
//! a product; the same words again change nothing; other words change the product. What the row did
//! is saved in the transaction that does it, so a row that is read again, because its reader died
//! before it could write down how far it had come, tells what it did the first time.

use std::collections::HashMap;

use facts::Unsent;
use ids::{CategoryId, ProductId, VariantId};
use jiff::Timestamp;

use super::{App, TRIES, Trouble};
use crate::domain::{
    ExternalId, Import, NewProduct, Outcome, Price, Product, Refusal, State, Tree, VariantWords,
};
use crate::files::{BadRow, Cells, Offer, offer};
use crate::store::{Change, Row, Unsaved};

/// What became of a row.
#[derive(Clone, Debug)]
pub(super) struct Applied {
    pub outcome: Outcome,
    pub product: Option<ProductId>,
    /// Why it was refused: a stable code, and a sentence.
    pub why: Option<(&'static str, String)>,
}

impl Applied {
    fn well(outcome: Outcome, product: ProductId) -> Applied {
        Applied { outcome, product: Some(product), why: None }
    }

    fn refused(code: &'static str, message: impl Into<String>, product: Option<ProductId>) -> Applied {
        Applied { outcome: Outcome::Refused, product, why: Some((code, message.into())) }
    }
}

impl From<BadRow> for Applied {
    fn from(bad: BadRow) -> Applied {
        Applied::refused(bad.code, bad.message, None)
    }
}

/// A product as a row makes it, with the facts of that.
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
        tree: &Tree,
        known: &HashMap<ExternalId, Row>,
        number: u64,
        cells: &Cells,
    ) -> Result<Applied, Trouble> {
        let (offer, hash) = match offer(cells) {
            Ok(offer) => (offer, cells.hash()),
            Err(bad) => return Ok(bad.into()),
        };
        let category = match &offer.category {
            None => None,
            Some(named) => match path(tree, named) {
                Some(path) => Some(path),
                None => {
                    let message = format!("there is no category {named:?}");
                    return Ok(Applied::refused("no_such_category", message, None));
                }
            },
        };
        for attempt in 0..TRIES {
            let before = match attempt {
                0 => known.get(&offer.external_id).cloned(),
                _ => self.store.row(import.merchant, &offer.external_id).await?,
            };
            if let Some(before) = &before
                && let Some(applied) = said_before(before, import, number, &hash)
            {
                if applied.outcome == Outcome::Unchanged && before.import != import.id {
                    let seen =
                        Row { import: import.id, number, outcome: Outcome::Unchanged, ..before.clone() };
                    if !self.remember(import, &offer.external_id, &seen, before).await? {
                        continue;
                    }
                }
                return Ok(applied);
            }
            let applied = self.write_row(import, number, &hash, &offer, category.clone(), before).await?;
            if let Some(applied) = applied {
                return Ok(applied);
            }
        }
        Err(Trouble::Busy)
    }

    /// Makes or changes the product, or says that somebody else was faster.
    async fn write_row(
        &self,
        import: &Import,
        number: u64,
        hash: &str,
        offer: &Offer,
        category: Option<Vec<CategoryId>>,
        before: Option<Row>,
    ) -> Result<Option<Applied>, Trouble> {
        let now = self.clock.now();
        let old = match &before {
            None => None,
            Some(row) => self.store.product(row.product).await?,
        };
        let made = match (&before, &old) {
            (Some(row), Some(old)) => update(old.product.clone(), row.variant, offer, category, now),
            _ => {
                let (product, variant) = (ProductId::mint(&self.mint), VariantId::mint(&self.mint));
                create(import, product, variant, offer, category, now)
            }
        };
        let known = before.as_ref().map(|row| row.product);
        let Made { product, variant, facts } = match made {
            Ok(made) => made,
            Err(refusal) => return Ok(Some(Applied::refused(refusal.code(), refusal.to_string(), known))),
        };
        let outcome = if old.is_some() { Outcome::Updated } else { Outcome::Created };
        let row =
            Row { product: product.id, variant, hash: hash.to_owned(), import: import.id, number, outcome };
        let remember = row.remember(import.merchant, &offer.external_id, before.as_ref())?;
        let change = Change { old: old.as_ref(), new: &product, facts, at: now, beside: vec![remember] };
        match self.store.save(change).await {
            Ok(_) => Ok(Some(Applied::well(outcome, product.id))),
            Err(Unsaved::Overtaken | Unsaved::Table(dynamo::Error::Refused(_))) => Ok(None),
            Err(Unsaved::Refused(refusal)) => {
                Ok(Some(Applied::refused(refusal.code(), refusal.to_string(), known)))
            }
            Err(Unsaved::Table(error)) => Err(error.into()),
        }
    }

    /// Remembers that this file, too, has said what was known: another row of it about the same
    /// product must be refused now as it would have been the first time.
    async fn remember(
        &self,
        import: &Import,
        external: &ExternalId,
        row: &Row,
        before: &Row,
    ) -> Result<bool, Trouble> {
        self.store.save_row(import.merchant, external, row, before).await.map_err(Trouble::from)
    }
}

/// What a row comes to that says nothing new, or that must not say it.
fn said_before(before: &Row, import: &Import, number: u64, hash: &str) -> Option<Applied> {
    let product = before.product;
    if before.import == import.id && before.number == number && before.hash == hash {
        return Some(Applied::well(before.outcome, product));
    }
    if before.import == import.id && before.number != number {
        let message = format!("row {} of this file speaks of the same external_id", before.number);
        return Some(Applied::refused("external_id_twice", message, Some(product)));
    }
    (before.hash == hash).then(|| Applied::well(Outcome::Unchanged, product))
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
    now: Timestamp,
) -> Result<Made, Refusal> {
    let new = NewProduct {
        id,
        merchant: import.merchant,
        locale: offer.locale.clone(),
        title: offer.title.clone(),
        description: offer.description.clone(),
        slug: offer.slug.clone(),
        categories: category.into_iter().collect(),
    };
    let mut product = Product::create(new, now)?;
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
    facts.extend(put_on_sale(&mut product, offer, now)?);
    Ok(Made { product, variant, facts })
}

/// Changes only what the row says otherwise. What the merchant has done by hand, a second
/// language, a picture, a sale, stays.
fn update(
    mut product: Product,
    variant: VariantId,
    offer: &Offer,
    category: Option<Vec<CategoryId>>,
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
    facts.extend(put_on_sale(&mut product, offer, now)?);
    product.changed_at = now;
    Ok(Made { product, variant, facts })
}

fn put_on_sale(product: &mut Product, offer: &Offer, now: Timestamp) -> Result<Vec<Unsent>, Refusal> {
    if !offer.publish || product.state == State::Published {
        return Ok(Vec::new());
    }
    if product.state == State::Draft {
        product.propose(now)?;
    }
    product.publish(now)
}
