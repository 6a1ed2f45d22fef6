//! What is true of products with paper and pencil.
//!
//! Invariants: nothing here waits, reads a clock, mints an id or knows how anything is stored or
//! sent. A decision changes a copy of what was loaded and returns the facts of the change, or a
//! [`Refusal`] that says why not.

mod category;
mod claims;
mod edit;
mod import;
mod media;
mod memory;
mod price;
mod product;
mod refusal;
mod standing;
mod state;
mod text;
mod variant;

pub use category::{Category, CategoryWords, Tree};
pub use import::{BadImport, Counts, Format, Import, ImportState, OUTCOME_KEPT_FOR, Outcome};
pub use media::{Media, MediaState, PictureKind};
pub use memory::{Applied, Memory};
pub use price::{Price, Prices, Step, cheapest};
pub use product::{Decided, NewProduct, Product, Words};
pub use refusal::{Missing, Refusal};
pub use standing::Standing;
pub use state::{Action, State};
pub use text::{Barcode, Description, ExternalId, MerchantSku, OptionKey, Slug, Title};
#[cfg(test)]
pub use variant::OptionValue;
pub use variant::{OptionGroup, Variant, VariantWords};
pub use words::{Locale, Wanted};
