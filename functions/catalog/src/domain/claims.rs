//! What only one product of the market can have: an address in a language, the number of a variant.
//!
//! A product that was never published says what it would like to have, and takes it away from no other.
//! With its first publication it claims all of that, and from then on whatever it is given later.
//! Only a shop that may sell claims anything.
//!
//! Invariant: a number that was claimed is its variant's for ever, the archive included: orders and
//! other systems know the variant by it. A slug is claimed for as long as the product says it.

use std::collections::BTreeSet;

use facts::Fact;
use facts::Unsent;
use facts::catalog::VariantNumbered;
use ids::Sku;

use crate::domain::{Locale, Product, Slug, Variant};

/// One thing that only one product can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim<'a> {
    Slug(&'a Locale, &'a Slug),
    Number(Sku),
}

impl Product {
    pub fn was_published(&self) -> bool {
        self.published_at.is_some()
    }

    pub fn claims(&self) -> BTreeSet<Claim<'_>> {
        if !self.was_published() {
            return BTreeSet::new();
        }
        let slugs = self.translations.iter().map(|(locale, words)| Claim::Slug(locale, &words.slug));
        let numbers = self.variants.iter().filter_map(|variant| variant.words.numeric_sku.map(Claim::Number));
        slugs.chain(numbers).collect()
    }

    /// Whether it claims something that it had not claimed before.
    pub fn claims_more_than(&self, before: Option<&Product>) -> bool {
        let before = before.map(Product::claims).unwrap_or_default();
        !self.claims().is_subset(&before)
    }

    /// The fact that a variant has claimed its number, if it has one and may claim it.
    pub(super) fn numbered(&self, variant: &Variant) -> Option<Unsent> {
        let numeric_sku = variant.words.numeric_sku.filter(|_| self.was_published())?;
        let (product, merchant) = (self.id, self.merchant);
        Some(Fact::of(&VariantNumbered { variant: variant.id, product, merchant, numeric_sku }))
    }
}
