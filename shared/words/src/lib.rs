//! What people write, and in which language: texts with bounds, languages with a nearest one.
//!
//! The reader finds languages first ([`Locale`], [`Wanted`]), then texts ([`texts!`], [`BadText`]).
//!
//! Invariants: a text of a type that [`texts!`] has made is trimmed, not empty, within its length and
//! free of characters that cannot stand in it, because nothing else can be read into one; choosing a
//! language never fails, and never chooses what is not there.

mod locale;
mod text;

pub use locale::{BadLocale, Locale, Wanted};
pub use text::{BadText, LINE, LINES, SLUG, TIGHT_LINE, bounded, only, schema};

// What the macro writes names these, wherever it is used.
#[doc(hidden)]
pub use {serde, utoipa};
