//! Demo data: two shops with two hundred products, and the data of the LOMS contract.
//!
//! They come through the public API. An interrupted seeding resumes: it reads what exists and makes the
//! rest, under keys that are always the same.
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

/// Why the demo data are missing or incomplete.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The market refuses.
    #[error("{method} {path} was answered {status}: {said}")]
    Refused {
        /// The method.
        method: Method,
        /// The path.
        path: String,
        /// The status.
        status: StatusCode,
        /// The body.
        said: String,
    },
    /// The market's answer cannot be read.
    #[error(transparent)]
    Garbled(#[from] Garbled),
    /// A person of the demo has no token.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// A person of the demo has no password.
    #[error(transparent)]
    NoPassword(#[from] MadeUp),
    /// The passwords cannot be stored.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A mail did not come.
    #[error(transparent)]
    NoLetter(#[from] NoLetter),
    /// There is no admin.
    #[error(transparent)]
    NoAdmin(#[from] NotAppointed),
    /// A picture was not accepted.
    #[error("a picture could not be sent to {0}")]
    Upload(String),
    /// A picture cannot be drawn.
    #[error("a picture could not be drawn: {0}")]
    Picture(#[from] png::EncodingError),
    /// A fact did not arrive in time.
    #[error("{0} was not heard of in time")]
    Late(String),
    /// The end of the seeding cannot be stored.
    #[error("the data directory: {0}")]
    Home(#[from] io::Error),
}

/// How many products are worked on at the same time.
const HANDS: usize = 4;
/// The number of products between two messages of progress.
const STRIDE: usize = 36;

/// Seeds the market, if that is not done yet. Answers how many products it has handled.
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

/// All products, always the same and in the same order.
pub fn items() -> Vec<Item> {
    goods::items().into_iter().chain(loms::items()).collect()
}

/// Makes the missing ones of these items, and their stock.
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
