//! What can be done with products that is more than one decision about one product. For everything else
//! a handler hands the domain's method to [`App::change`].
//!
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod create_product;
mod request_media_upload;

mod create_category;
mod price_lines;
mod read_products;
mod rename_category;

mod apply_row;
mod attach_media;
mod change;
mod read_import;
mod request_import;
mod see_imports;
mod source;
mod standings;
mod sweep_shop;

use blob::Bucket;
use clock::Clock;
use failure::Failure;
use ids::{MerchantId, Mint, ProductId};
use jiff::SignedDuration;

use crate::domain::Refusal;
use crate::store::Store;

pub(crate) use create_category::CreateCategory;
pub(crate) use create_product::CreateProduct;
pub(crate) use price_lines::{Priced, PricedLine};
pub(crate) use rename_category::RenameCategory;
pub(crate) use request_import::Requested;
pub(crate) use request_media_upload::Upload;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) bucket: Option<Bucket>,
    pub(crate) mint: Mint,
    seen: standings::Seen,
    /// How long a reader of files works before it hands over to the next.
    patience: SignedDuration,
}

/// The product that a merchant acts on, and which version of it the person has seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Whose it must be; the people of the market act on anybody's.
    pub merchant: Option<MerchantId>,
    pub product: ProductId,
    /// The version that was seen, if one was said.
    pub seen: Option<u64>,
}

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

impl failure::Refusal for Refusal {}

impl App {
    /// The use cases over this store. Only roles that deal with files need a bucket.
    pub(crate) fn new(
        store: Store,
        clock: Clock,
        mint: Mint,
        bucket: Option<Bucket>,
        patience: SignedDuration,
    ) -> App {
        App { store, clock, mint, bucket, patience, seen: Default::default() }
    }

    fn bucket(&self) -> Result<&Bucket, Failure> {
        self.bucket.as_ref().ok_or_else(|| Failure::without("bucket"))
    }
}
