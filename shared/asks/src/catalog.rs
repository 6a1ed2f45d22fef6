//! What variants are called and cost.

use std::collections::BTreeSet;

use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, Sku, VariantId};
use money::{Currency, Money};
use serde::{Deserialize, Serialize};
use words::Locale;

/// What variants cost now, in one currency.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceLines {
    /// From 1 to 100.
    pub variants: BTreeSet<VariantId>,
    /// The buyer's.
    pub currency: Currency,
    /// The buyer's language; each product's own when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// The lines that can be bought, and why the others cannot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PricedLines {
    /// What can be bought.
    pub lines: Vec<PricedLine>,
    /// What cannot.
    pub refused: Vec<RefusedLine>,
}

/// A line that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// The variant.
    pub variant: VariantId,
    /// What it is a variant of.
    pub product: ProductId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// What it is.
    pub kind: LineKind,
    /// The merchant's own name of it.
    pub sku: String,
    /// Its number in the market.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
    /// What one weighs, of a thing that ships.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_grams: Option<u32>,
    /// What the product is called.
    pub title: Option<String>,
    /// What one costs now.
    pub price: Money,
}

/// A line that cannot be bought.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefusedLine {
    /// The variant.
    pub variant: VariantId,
    /// `unknown_variant`, `not_on_sale` or `no_price`.
    pub code: String,
}

/// What numbers name and cost now, as the LOMS contract shows it: each in its own language, in roubles
/// if there is such a price, else in the first currency there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceNumbers {
    /// From 1 to 100.
    pub skus: BTreeSet<Sku>,
}

/// The lines that can be bought. Numbers that name nothing on sale are left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PricedNumbers {
    /// What can be bought.
    pub lines: Vec<PricedLine>,
}
