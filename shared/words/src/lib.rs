//! What people write: texts and numbers with bounds, and languages with fallbacks.
//!
//! Languages come first ([`Locale`], [`Wanted`]), then texts ([`texts!`], [`BadText`]) and numbers
//! ([`numbers!`], [`OutOfBounds`]), and types with rules of their own ([`Email`]).
//!
//! Invariants: a text of a type that [`texts!`] has made is not empty, within its length and free of
//! forbidden characters, because nothing else parses as one; choosing a language never fails, and never
//! chooses one that is not there.

mod email;
mod locale;
mod number;
mod text;

pub use email::Email;
pub use locale::{BadLocale, Locale, Wanted};
pub use number::{OutOfBounds, number_schema};
pub use text::{
    BadText, LINE, LINES, SLUG, TIGHT_LINE, as_written, bounded, is_line, is_tight_line, only, schema,
};

// The macro's output names these, wherever it is used.
#[doc(hidden)]
pub use {serde, utoipa};
