//! The texts that a merchant writes, each with its own bounds.
//!
//! Invariant: a text of these types is trimmed, not empty, within its length and free of control
//! characters, because nothing else can be read into one. So a length is checked at the door and
//! nowhere else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Why a text is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing but blanks.
    #[error("is empty")]
    Empty,
    /// Longer than it may be.
    #[error("is longer than {most} characters")]
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// Contains something that cannot stand in it.
    #[error("contains a character that cannot stand there")]
    BadCharacter,
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident $most:literal $pattern:literal $example:literal $allowed:expr;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema($most, $pattern, $example)
            }
        }

        impl ToSchema for $name {}

        impl FromStr for $name {
            type Err = BadText;

            fn from_str(text: &str) -> Result<Self, BadText> {
                let allowed: fn(char) -> bool = $allowed;
                bounded(text, $most, allowed).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;

            fn try_from(text: String) -> Result<Self, BadText> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts! {
    /// What a product or a category is called in one language.
    Title 200 r"\S" "A blue mug" |c| !c.is_control();
    /// What is said of a product in one language, in several paragraphs if need be.
    Description 4000 r"\S" "It keeps tea warm." |c| !c.is_control() || c == '\n' || c == '\t';
    /// The merchant's own name for a variant.
    MerchantSku 64 r"\S" "MUG-BLUE-L" |c| !c.is_control();
    /// What is printed on the box.
    Barcode 32 r"^[0-9A-Za-z-]+$" "4006381333931" |c| c.is_ascii_alphanumeric() || c == '-';
    /// The name of an option or of one of its values in programs.
    OptionKey 32 r"^[a-z0-9_]+$" "colour" |c| matches!(c, 'a'..='z' | '0'..='9' | '_');
    /// The name that the merchant's own system has for a product.
    ExternalId 128 r"\S" "ERP-10233" |c| !c.is_control();
    /// The last part of a product's address in one language: small letters and digits of any
    /// script, with single hyphens between them.
    Slug 80 r"^[^\s-]+(-[^\s-]+)*$" "a-blue-mug" |c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase());
}

fn schema(most: usize, pattern: &str, example: &str) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(most));
    text.pattern(Some(pattern)).examples([example]).into()
}

fn bounded(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> Result<String, BadText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    // Counting stops early: a text of a megabyte is refused without being read to its end.
    if text.chars().nth(most).is_some() {
        return Err(BadText::TooLong { most });
    }
    if text.chars().all(allowed) { Ok(text.to_owned()) } else { Err(BadText::BadCharacter) }
}

/// How much of a title goes into a slug; the tail that makes it unique comes on top.
const LONGEST_STEM: usize = 60;

impl Slug {
    /// A slug made from a title. Two products may well have the same title, so the slug ends with
    /// a piece of the product's own id: nobody has to look for a free one, and no race is lost.
    pub fn from_title(title: &Title, tail: &str) -> Slug {
        let lower = title.as_str().to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let stem: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST_STEM).collect();
        let stem = stem.trim_end_matches('-');
        let slug = if stem.is_empty() { tail.to_owned() } else { format!("{stem}-{tail}") };
        // A letter without a small form (𝐀, a mathematical capital) cannot stand in a slug; the tail can.
        slug.parse().unwrap_or_else(|_| Slug(tail.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_trimmed_and_bounded() {
        assert_eq!("  A mug ".parse::<Title>().unwrap().as_str(), "A mug");
        assert_eq!("".parse::<Title>(), Err(BadText::Empty));
        assert_eq!(" \t ".parse::<Title>(), Err(BadText::Empty));
        assert_eq!("a\u{0}b".parse::<Title>(), Err(BadText::BadCharacter));
        assert!("ы".repeat(200).parse::<Title>().is_ok());
        assert_eq!("ы".repeat(201).parse::<Title>(), Err(BadText::TooLong { most: 200 }));
        assert!("one\n\ntwo".parse::<Description>().is_ok());
    }

    #[test]
    fn each_kind_of_text_has_its_own_letters() {
        assert!("4006381333931".parse::<Barcode>().is_ok());
        assert!("4006 381".parse::<Barcode>().is_err());
        assert!("Colour".parse::<OptionKey>().is_err());
        assert!("синяя-кружка".parse::<Slug>().is_ok());
        assert!("A-mug".parse::<Slug>().is_err());
        assert!("a/mug".parse::<Slug>().is_err());
    }

    #[test]
    fn in_json_a_bad_text_is_refused() {
        assert!(serde_json::from_str::<Title>("\"\"").is_err());
        assert!(serde_json::from_str::<Title>("7").is_err());
        assert_eq!(serde_json::from_str::<Title>("\" x \"").unwrap().as_str(), "x");
    }

    #[test]
    fn a_slug_is_made_from_the_title_and_ends_with_a_piece_of_the_id() {
        let check = |title: &str, expect: &str| {
            assert_eq!(Slug::from_title(&title.parse().unwrap(), "k3m9x2").as_str(), expect)
        };
        check("A Blue  Mug (large)", "a-blue-mug-large-k3m9x2");
        check("Теория | Смит", "теория-смит-k3m9x2");
        check("***", "k3m9x2");
    }

    proptest! {
        #[test]
        fn every_title_makes_a_slug(title in "\\PC{1,220}") {
            if let Ok(title) = title.parse::<Title>() {
                let slug = Slug::from_title(&title, "k3m9x2");
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
            }
        }
    }
}
