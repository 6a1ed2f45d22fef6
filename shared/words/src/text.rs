//! Texts with bounds, and the macro that makes their types.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// The blanks that are trimmed from both ends of a text, for the patterns of documents.
macro_rules! blanks {
    () => {
        r"[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
    };
}

/// A character that is neither blank nor a control.
macro_rules! sign {
    () => {
        r"[^\u0000- \u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    };
}

/// The pattern of a text on one line.
pub const LINE: &str = concat!("^", blanks!(), sign!(), r"[^\u0000-\u001f\u007f-\u009f]*", blanks!(), "$");

/// The pattern of a text on one line that is not trimmed and may have no blanks at its ends.
pub const TIGHT_LINE: &str = concat!("^", sign!(), r"([^\u0000-\u001f\u007f-\u009f]*", sign!(), ")?$");

/// The pattern of a text of several lines.
pub const LINES: &str =
    concat!("^", blanks!(), sign!(), r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*", blanks!(), "$");

/// The characters of a slug, for [`only`]: letters of every script. Not all readers of documents have a
/// pattern for letters, so this excludes the rest: signs, blanks, and ASCII capitals.
pub const SLUG: &str = r"[^\u0000-,./:-`{-\u00a0\u1680\u2000-\u206f\u3000]+";

/// The pattern of a text that has only these characters.
pub fn only(signs: &str) -> String {
    format!("^{0}{signs}{0}$", blanks!())
}

/// Why a text does not fit its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Only blanks.
    #[error("is empty")]
    Empty,
    /// Too long.
    #[error("is longer than {most} characters")]
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// Has a forbidden character.
    #[error("contains a character that cannot stand there")]
    BadCharacter,
    /// Breaks the rule of its type.
    #[error("{0}")]
    Unfit(&'static str),
}

/// Makes a type for each kind of text: its name, the most characters, a pattern and perhaps an example
/// for documents, and what is allowed.
///
/// A text is trimmed, and a closure says which characters it may have. One that ends in `=> "a name is
/// …"` is not trimmed: the closure judges the whole text, and the sentence stands in documents and in
/// the refusal.
#[macro_export]
macro_rules! texts {
    (@read $text:ident $most:literal |$c:ident| $allowed:expr) => {
        $crate::bounded($text, $most, |$c| $allowed)
    };
    (@read $text:ident $most:literal |$c:ident| $allowed:expr => $says:literal) => {
        $crate::as_written($text, $most, $says, |$c| $allowed)
    };
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $most:literal $pattern:expr, $($example:literal)? |$c:ident| $allowed:expr $(=> $says:literal)?;
    )*) => {$(
        $(#[doc = $doc])+
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, $crate::serde::Serialize, $crate::serde::Deserialize,
        )]
        #[serde(crate = "words::serde", try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::Schema> {
                $crate::schema($most, &$pattern, &[$($example)?], &[$($says)?])
            }
        }

        impl $crate::utoipa::ToSchema for $name {}

        impl std::str::FromStr for $name {
            type Err = $crate::BadText;

            fn from_str(text: &str) -> Result<Self, $crate::BadText> {
                $crate::texts!(@read text $most |$c| $allowed $(=> $says)?).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::BadText;

            fn try_from(text: String) -> Result<Self, $crate::BadText> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// The schema of a text.
pub fn schema(most: usize, pattern: &str, examples: &[&str], says: &[&str]) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(most));
    let text = text.pattern(Some(pattern)).description(says.first().copied());
    text.examples(examples.iter().copied()).into()
}

/// The trimmed text, if it fits.
pub fn bounded(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> Result<String, BadText> {
    // Counting stops early: a text of a megabyte is refused without being read to its end. Blanks count
    // as well, so that the longest text is the one that documents name.
    if text.chars().nth(most).is_some() {
        return Err(BadText::TooLong { most });
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().all(allowed) { Ok(text.to_owned()) } else { Err(BadText::BadCharacter) }
}

/// The untrimmed text, if it fits.
pub fn as_written(
    text: &str,
    most: usize,
    says: &'static str,
    allowed: impl Fn(&str) -> bool,
) -> Result<String, BadText> {
    let fits = !text.is_empty() && text.chars().nth(most).is_none() && allowed(text);
    if fits { Ok(text.to_owned()) } else { Err(BadText::Unfit(says)) }
}

/// Whether a text has no controls, and so no line breaks.
pub fn is_line(text: &str) -> bool {
    !text.contains(char::is_control)
}

/// The same for a text that has no blanks at its ends either.
pub fn is_tight_line(text: &str) -> bool {
    is_line(text) && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_taken_as_it_is_written_fits_or_is_refused_as_a_whole() {
        let check = |text: &str, expect: bool| {
            let found = as_written(text, 5, "five characters", is_line);
            assert_eq!(found.is_ok_and(|found| found == text), expect, "{text:?}");
            assert_eq!(is_tight_line(text), text.trim() == text && !text.contains('\n'), "{text:?}");
        };
        check(" mug ", true);
        check("ы".repeat(5).as_str(), true);
        check("", false);
        check("longer", false);
        check("a\nb", false);
        let said = as_written("longer", 5, "a word is 1 to 5 characters", is_line).unwrap_err();
        assert_eq!(said.to_string(), "a word is 1 to 5 characters");
    }

    #[test]
    fn a_text_is_trimmed_and_bounded() {
        let check = |text: &str, expect: Result<&str, BadText>| {
            let found = bounded(text, 5, |c| !c.is_control());
            assert_eq!(found.as_deref().map_err(|bad| *bad), expect, "{text:?}");
        };
        check(" mug ", Ok("mug"));
        check("ы".repeat(5).as_str(), Ok("ыыыыы"));
        check("", Err(BadText::Empty));
        check(" \t ", Err(BadText::Empty));
        check("a\u{0}b", Err(BadText::BadCharacter));
        check("longer", Err(BadText::TooLong { most: 5 }));
        check("a     ", Err(BadText::TooLong { most: 5 }));
    }
}
