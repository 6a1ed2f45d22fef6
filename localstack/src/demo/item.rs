//! The data of a demo product.

use crate::people::Shop;

/// A language of the demo.
pub const LOCALES: [&str; 3] = ["en", "ru", "ar"];

/// A product.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its shop.
    pub shop: Shop,
    /// Its slug, the same in every language.
    pub slug: String,
    /// Its own language first, then the others.
    pub words: Vec<Words>,
    /// The slug of its category.
    pub category: &'static str,
    /// Whether its variants differ by size.
    pub sizes: bool,
    /// Its variants.
    pub lines: Vec<Line>,
    /// The pattern of its picture, and the colours.
    pub look: (u32, u32),
}

/// The texts of a product in a language.
#[derive(Clone, Debug)]
pub struct Words {
    /// The language.
    pub locale: &'static str,
    pub title: String,
    pub description: String,
}

/// A variant.
#[derive(Clone, Debug)]
pub struct Line {
    /// `physical`, `service`, `course` or `made_to_order`.
    pub kind: &'static str,
    /// The merchant's own SKU.
    pub sku: String,
    /// Its numeric SKU.
    pub number: Option<i64>,
    /// Its weight.
    pub grams: Option<u32>,
    /// Its size, if variants differ by size.
    pub size: Option<&'static str>,
    /// Its prices, in minor units.
    pub prices: Vec<(&'static str, i64)>,
    /// Its stock.
    pub stock: Stock,
}

/// The stock of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// None, or not something that has stock.
    Nothing,
    /// Goods that came in.
    Received(u32),
    /// Goods from another system, some of them sold there.
    Brought {
        on_hand: u32,
        /// How many of them were sold, possibly more than there are.
        reserved: u32,
    },
}
