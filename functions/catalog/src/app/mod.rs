//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need; [`AppError`] is everything that can stand in their way.
//! Invariant: a use case that loses a race reads again and decides again, a bounded number of
//! times, and then says that it is busy.

mod add_variant;
mod archive_product;
mod arrange_media;
mod change_price;
mod change_variant;
mod create_product;
mod describe_product;
mod propose_product;
mod publish_product;
mod put_in_categories;
mod remove_media;
mod remove_variant;
mod rename_product;
mod request_media_upload;
mod restore_product;
mod set_options;
mod withdraw_product;

mod create_category;
mod price_lines;
mod read_products;
mod rename_category;

mod apply_row;
mod attach_media;
mod change;
mod delete_media;
mod read_import;
mod request_import;
mod see_imports;
mod source;
mod standings;
mod sweep_shop;

use blob::{BlobError, Bucket};
use clock::Clock;
use dynamo::Write;
use ids::{MerchantId, Mint, ProductId};
use jiff::SignedDuration;
use problem::Problem;

use crate::domain::Refusal;
use crate::store::Store;

pub use create_category::CreateCategory;
pub use create_product::CreateProduct;
pub use price_lines::{LineRefused, Priced, PricedLine};
pub use rename_category::RenameCategory;
pub use request_import::Requested;
pub use request_media_upload::Upload;

/// Everything that the use cases need.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) bucket: Option<Bucket>,
    mint: Mint,
    seen: standings::Seen,
    /// How long a reader of files works before it hands over to the next.
    patience: SignedDuration,
}

/// The product that a merchant acts on, and which version of it the person has seen.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Whose it must be; the people of the market act on anybody's.
    pub merchant: Option<MerchantId>,
    /// The product.
    pub product: ProductId,
    /// The version that was seen, if one was said.
    pub seen: Option<u64>,
}

/// Makes the write that remembers the answer to a command: it is saved with the work itself.
pub type Sign<'a, T> = &'a (dyn Fn(&T) -> Result<Write, Problem> + Send + Sync);

/// What stood in the way of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The decision was no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such product, or none that this caller may know of.
    #[error("no such product")]
    NoSuchProduct,
    /// There is no such picture.
    #[error("no such picture")]
    NoSuchMedia,
    /// There is no such category.
    #[error("no such category")]
    NoSuchCategory,
    /// There is no such import, or it is another merchant's.
    #[error("no such import")]
    NoSuchImport,
    /// More is to be uploaded than is taken.
    #[error("a file has from 1 to {most} bytes")]
    UploadTooLarge {
        /// How many bytes are taken.
        most: u64,
    },
    /// The caller has seen another version.
    #[error("version {seen} was seen, it is at version {is}")]
    Stale {
        /// What was seen.
        seen: u64,
        /// What it is.
        is: u64,
    },
    /// Others were faster too often.
    #[error("busy")]
    Busy,
    /// The table did not do it.
    #[error(transparent)]
    Table(#[from] dynamo::Error),
    /// The bucket did not do it.
    #[error(transparent)]
    Bucket(#[from] BlobError),
    /// This role has no bucket: a defect of ours.
    #[error("this role has no bucket")]
    NoBucket,
    /// An answer that the door has ready.
    #[error("answered at the door")]
    Door(Problem),
}

impl App {
    /// The use cases over this store. Only roles that deal with files need a bucket.
    pub fn new(
        store: Store,
        clock: Clock,
        mint: Mint,
        bucket: Option<Bucket>,
        patience: SignedDuration,
    ) -> App {
        App { store, clock, mint, bucket, patience, seen: Default::default() }
    }

    fn bucket(&self) -> Result<&Bucket, AppError> {
        self.bucket.as_ref().ok_or(AppError::NoBucket)
    }
}
