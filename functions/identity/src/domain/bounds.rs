//! Texts and numbers as the room accepts them. What does not fit is refused where it is read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The text or number does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(pub(super) &'static str);

impl OutOfBounds {
    /// What is too long for a token, or nothing at all.
    pub fn of_a_token() -> OutOfBounds {
        OutOfBounds("a token is 1 to 512 visible characters of ASCII")
    }
}

macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident $most:literal, $says:literal, $example:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = OutOfBounds;

            fn try_from(text: String) -> Result<$name, OutOfBounds> {
                if is_line(&text, $most) { Ok($name(text)) } else { Err(OutOfBounds($says)) }
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl FromStr for $name {
            type Err = OutOfBounds;

            fn from_str(text: &str) -> Result<$name, OutOfBounds> {
                text.to_owned().try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).description(Some($says));
                let text = text.min_length(Some(1)).max_length(Some($most)).pattern(Some(words::TIGHT_LINE));
                text.examples([$example]).into()
            }
        }

        impl ToSchema for $name {}
    };
}

/// One line of so many characters, without what is not printed.
fn is_line(text: &str, most: usize) -> bool {
    let length = text.chars().count();
    (1..=most).contains(&length) && !text.chars().any(char::is_control) && text.trim() == text
}

text! {
    /// How somebody wants to be called.
    Name 100, "a name is 1 to 100 characters on one line", "Ada Lovelace"
}

text! {
    /// What somebody calls the thing that they sign in with.
    Device 100, "a device is 1 to 100 characters on one line", "Kitchen tablet"
}

text! {
    /// What an API key is for.
    KeyName 60, "the name of a key is 1 to 60 characters on one line", "Warehouse sync"
}

macro_rules! number {
    ($(#[doc = $doc:literal])* $name:ident $least:literal to $most:literal, $says:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(u16);

        impl $name {
            /// The number, if it fits.
            pub fn new(n: i64) -> Result<$name, OutOfBounds> {
                let fits = ($least..=$most).contains(&n);
                let n = u16::try_from(n).ok().filter(|_| fits);
                n.map($name).ok_or(OutOfBounds($says))
            }

            /// The number itself.
            pub const fn get(self) -> u16 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = OutOfBounds;

            fn try_from(n: i64) -> Result<$name, OutOfBounds> {
                $name::new(n)
            }
        }

        impl From<$name> for i64 {
            fn from(n: $name) -> i64 {
                n.0.into()
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let number = ObjectBuilder::new().schema_type(Type::Integer);
                number.minimum(Some($least)).maximum(Some($most)).description(Some($says)).into()
            }
        }

        impl ToSchema for $name {}
    };
}

number! {
    /// For how many days an API key is good.
    Days 1 to 730, "a key is good for 1 to 730 days"
}

number! {
    /// For how many hours a key that has been replaced is still good.
    Hours 0 to 168, "a key that is replaced is good for 0 to 168 hours more"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_or_are_refused() {
        for good in ["Ada", "Ада Лавлейс", "آدا", &"x".repeat(100)] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in ["", " ", " Ada", "Ada ", "two\nlines", "tab\t", &"x".repeat(101)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers_fit_or_are_refused() {
        assert!(Days::new(1).is_ok() && Days::new(730).is_ok());
        assert!(Days::new(0).is_err() && Days::new(731).is_err() && Days::new(i64::MAX).is_err());
        assert!(Hours::new(0).is_ok() && Hours::new(169).is_err() && Hours::new(-1).is_err());
    }
}
