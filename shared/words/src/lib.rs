//! What people write, and in which language: texts and numbers with bounds, languages with a nearest one.
//!
//! The reader finds languages first ([`Locale`], [`Wanted`]), then texts ([`texts!`], [`BadText`])
//! and numbers ([`numbers!`], [`OutOfBounds`]), and what has rules of its own ([`Email`]).
//!
//! Invariants: a text of a type that [`texts!`] has made is not empty, within its length and free of
//! characters that cannot stand in it, because nothing else can be read into one; choosing a
//! language never fails, and never chooses what is not there.

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

// What the macro writes names these, wherever it is used.
#[doc(hidden)]
pub use {serde, utoipa};
