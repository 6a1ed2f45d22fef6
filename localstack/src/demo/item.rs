//! What a product of the demo is made of, whoever thought it up.

use crate::people::Shop;

/// A language of the demo.
pub const LOCALES: [&str; 3] = ["en", "ru", "ar"];

/// A product.
#[derive(Clone, Debug)]
pub struct Item {
    /// Whose it is.
    pub shop: Shop,
    /// What it is called in links, in every language alike.
    pub slug: String,
    /// Its own language first, then the others.
    pub words: Vec<Words>,
    /// The slug of its category.
    pub category: &'static str,
    /// Whether its variants differ by size.
    pub sizes: bool,
    /// What can be bought.
    pub lines: Vec<Line>,
    /// Which pattern its picture has, and in which colours.
    pub look: (u32, u32),
}

/// What is said of a product in a language.
#[derive(Clone, Debug)]
pub struct Words {
    /// The language.
    pub locale: &'static str,
    /// What it is called.
    pub title: String,
    /// What is said of it.
    pub description: String,
}

/// A variant.
#[derive(Clone, Debug)]
pub struct Line {
    /// `physical`, `service`, `course` or `made_to_order`.
    pub kind: &'static str,
    /// The merchant's own name for it.
    pub sku: String,
    /// Its number in the market.
    pub number: Option<i64>,
    /// How heavy it is.
    pub grams: Option<u32>,
    /// Its size, if that is how variants differ.
    pub size: Option<&'static str>,
    /// What it costs, in minor units.
    pub prices: Vec<(&'static str, i64)>,
    /// What lies in the warehouse.
    pub stock: Stock,
}

/// What lies in the warehouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// It is not a thing that lies anywhere, or there is none.
    Nothing,
    /// Goods that came in.
    Received(u32),
    /// Goods that come from another system, some of them sold there.
    Brought {
        /// How many lie there.
        on_hand: u32,
        /// How many of them are sold, or more.
        reserved: u32,
    },
}
