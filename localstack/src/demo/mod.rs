//! Demo data: two shops with two hundred products, and the data of the LOMS contract.
//!
//! They come in through the doors that everybody comes in through. A seeding that was interrupted
//! goes on where it stopped: it looks at what is there and does what is missing, and what it does
//! it does under keys that are always the same.
//!
//! Invariant: seeding twice changes nothing.

mod desk;
mod goods;
mod item;
mod loms;
mod neighbours;
mod pictures;
mod products;
mod shelves;
mod stock;

use std::io;

use futures::stream::{self, StreamExt, TryStreamExt};
use http::{Method, StatusCode};
use vault::VaultError;

use crate::admin::NotAppointed;
use crate::caller::Garbled;
use crate::mail::NoLetter;
use crate::people::{MadeUp, NoToken};
use crate::{Market, Tell};

pub use item::Item;
pub use neighbours::move_in;

/// Why the demo data did not come in, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The market says no.
    #[error("{method} {path} was answered {status}: {said}")]
    Refused {
        /// What was asked.
        method: Method,
        /// Of what.
        path: String,
        /// How it was answered.
        status: StatusCode,
        /// In which words.
        said: String,
    },
    /// The market's answer cannot be read.
    #[error(transparent)]
    Garbled(#[from] Garbled),
    /// Somebody of the demo has no token.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// Somebody of the demo has no password.
    #[error(transparent)]
    NoPassword(#[from] MadeUp),
    /// What the people know by heart cannot be kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A mail did not come.
    #[error(transparent)]
    NoLetter(#[from] NoLetter),
    /// Nobody became an admin.
    #[error(transparent)]
    NoAdmin(#[from] NotAppointed),
    /// A picture does not arrive.
    #[error("a picture could not be sent to {0}")]
    Upload(String),
    /// A picture cannot be drawn.
    #[error("a picture could not be drawn: {0}")]
    Picture(#[from] png::EncodingError),
    /// Facts do not arrive.
    #[error("{0} was not heard of in time")]
    Late(String),
    /// What is done cannot be remembered.
    #[error("the data directory: {0}")]
    Home(#[from] io::Error),
}

/// How many products are worked on at the same time.
const HANDS: usize = 4;
/// After how many products somebody who waits is told.
const STRIDE: usize = 36;

/// Fills the market, if it is not full yet. Answers how many products it has looked after.
pub async fn seed(market: &Market, tell: Tell<'_>) -> Result<usize, SeedError> {
    if market.home().is_some_and(|home| home.is_seeded()) {
        return Ok(0);
    }
    let began = market.clock().now();
    let items = items();
    move_in(market, tell).await?;
    bring_in(market, tell, &items).await?;
    if let Some(home) = market.home() {
        home.set_seeded()?;
    }
    let took = market.clock().now().duration_since(began);
    tell(&format!("demo data: {} products in two shops are in, after {} s", items.len(), took.as_secs()));
    Ok(items.len())
}

/// Everything that there is to bring in, always the same and in the same order.
pub fn items() -> Vec<Item> {
    goods::items().into_iter().chain(loms::items()).collect()
}

/// Brings in these items, or what is missing of them, and the goods that lie behind them.
pub async fn bring_in(market: &Market, tell: Tell<'_>, items: &[Item]) -> Result<(), SeedError> {
    tell("demo data: categories");
    let shelves = shelves::put_up(market).await?;
    let known = products::known(market).await?;
    let all = items.len();
    let products = stream::iter(items).map(|item| products::bring_in(market, item, &shelves, &known));
    let mut products = products.buffered(HANDS);
    let mut variants = Vec::new();
    while let Some(brought) = products.try_next().await? {
        variants.push(brought);
        if variants.len() % STRIDE == 0 || variants.len() == all {
            tell(&format!("demo data: {} of {all} products", variants.len()));
        }
    }
    tell("demo data: stock");
    let stocked = stream::iter(items.iter().zip(&variants));
    let stocked = stocked.map(|(item, variants)| stock::fill(market, item, variants));
    stocked.buffer_unordered(HANDS).try_collect().await
}
