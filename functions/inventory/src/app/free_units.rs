//! How many units of some variants can be had now: looked at while a customer waits, and not held.
//!
//! The common case is one DynamoDB request: the cards are known, and they name the cells. Units may
//! also lie in cells that a narrower split has given up, which no card names; so wherever the named
//! cells have less than is wanted, the whole shelf is read, and the answer is exact.

use std::collections::BTreeMap;

use ids::VariantId;

use super::{App, AppError};
use crate::domain::Lines;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FreeUnits {
    /// Of each that is stocked: at least what is wanted, or exactly so many.
    pub free: BTreeMap<VariantId, u64>,
    pub not_stocked: Vec<VariantId>,
}

impl App {
    /// Looks at every line. Unknown variants are left out.
    pub(crate) async fn free_units(&self, lines: &Lines) -> Result<FreeUnits, AppError> {
        let cards = self.cards.of(lines.variants()).await?;
        let mut found = FreeUnits::default();
        let mut cells = Vec::new();
        for variant in lines.variants() {
            match cards.get(&variant) {
                Some(card) if card.is_stocked() => cells.extend(card.cells(variant)),
                Some(_) => found.not_stocked.push(variant),
                None => {}
            }
        }
        let counts = self.store.counts(&cells).await?;
        for (variant, quantity) in lines.iter() {
            if !cards.get(&variant).is_some_and(|card| card.is_stocked()) {
                continue;
            }
            let named = cells.iter().filter(|cell| cell.variant == variant);
            let free: i64 = named.filter_map(|cell| Some(counts.get(cell)?.free())).sum();
            let mut free = u64::try_from(free).unwrap_or(0);
            if free < u64::from(quantity)
                && let Some(shelf) = self.store.shelf(variant).await?
            {
                free = shelf.free();
                self.cards.learn(variant, shelf.card.body);
            }
            found.free.insert(variant, free);
        }
        Ok(found)
    }
}
