//! What can be done with products that is more than one decision about one product. For everything else
//! a handler hands the domain's method to [`App::change`].
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod apply_row;
mod categories;
mod change;
mod create_product;
mod imports;
mod media;
mod numbers;
mod price_lines;
mod read_import;
mod read_products;
mod source;
mod standings;
mod sweep_shop;

use blob::Bucket;
use clock::Clock;
use failure::Failure;
use ids::Mint;
use jiff::SignedDuration;
use lambda::{Surroundings, Unready};

use crate::domain::Refusal;
use crate::store::Store;

pub(crate) use change::Target;
pub(crate) use imports::Requested;
pub(crate) use media::Upload;
pub(crate) use price_lines::{Priced, PricedLine};

/// A reader of files hands over after twelve minutes: a function has fifteen, and its last piece
/// wants to be finished.
const READING_SECONDS: i64 = 12 * 60;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) bucket: Option<Bucket>,
    pub(crate) mint: Mint,
    seen: standings::Seen,
    numbers: numbers::Numbers,
    /// How long a reader of files works before it hands over to the next.
    patience: SignedDuration,
}

pub(crate) type AppError = failure::AppError<Refusal>;

impl failure::Refusal for Refusal {}

impl App {
    /// The use cases as this role has them: only those that deal with files are given a bucket.
    pub(crate) fn open(around: &Surroundings) -> Result<App, Unready> {
        let bucket = around.env.get("BUCKET").map(|_| around.bucket("BUCKET")).transpose()?;
        let patience = SignedDuration::from_secs(around.env.parsed("READING_SECONDS", READING_SECONDS)?);
        let (clock, mint) = (around.clock.clone(), around.mint.clone());
        Ok(App {
            store: Store::new(around.table()?),
            clock,
            mint,
            bucket,
            patience,
            seen: Default::default(),
            numbers: Default::default(),
        })
    }

    fn bucket(&self) -> Result<&Bucket, Failure> {
        self.bucket.as_ref().ok_or_else(|| Failure::without("bucket"))
    }
}
