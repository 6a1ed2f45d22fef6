//! Whose a numeric SKU is. It is one variant's for ever (NUM-1), so what was read once need not be read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ids::{Sku, VariantId};

use super::{App, AppError};

/// How many numbers are kept in mind.
const MOST: usize = 10_000;

/// The variants that this instance knows by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers(Arc<Mutex<HashMap<Sku, VariantId>>>);

impl Numbers {
    fn of(&self, skus: &[Sku]) -> HashMap<Sku, VariantId> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        skus.iter().filter_map(|sku| Some((*sku, *known.get(sku)?))).collect()
    }

    fn keep(&self, found: &[(Sku, VariantId)]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.extend(found.iter().copied());
    }
}

impl App {
    /// The variants with up to 100 numbers; numbers that nobody has are left out.
    pub(super) async fn variants_of(&self, skus: &[Sku]) -> Result<Vec<VariantId>, AppError> {
        let mut owners = self.numbers.of(skus);
        let unknown: Vec<Sku> = skus.iter().filter(|sku| !owners.contains_key(sku)).copied().collect();
        if !unknown.is_empty() {
            let found = self.store.owners_of(&unknown).await?;
            self.numbers.keep(&found);
            owners.extend(found);
        }
        Ok(skus.iter().filter_map(|sku| owners.get(sku).copied()).collect())
    }
}
