//! Numbers and texts as the room accepts them. What does not fit is refused where it is read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The number or text does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(&'static str);

macro_rules! number {
    ($(#[doc = $doc:literal])* $name:ident($inner:ty) $least:literal to $most:literal, $says:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name($inner);

        impl $name {
            /// The number, if it fits.
            pub fn new(n: i64) -> Result<$name, OutOfBounds> {
                let fits = ($least..=$most).contains(&n);
                let n = <$inner>::try_from(n).ok().filter(|_| fits);
                n.map($name).ok_or(OutOfBounds($says))
            }

            /// The number itself.
            pub const fn get(self) -> $inner {
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
                let number = number.minimum(Some($least)).maximum(Some($most));
                number.description(Some($says)).into()
            }
        }

        impl ToSchema for $name {}
    };
}

macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident $least:literal to $most:literal, $pattern:literal, $allowed:expr, $says:literal) => {
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
                let allowed: fn(char) -> bool = $allowed;
                let fits = ($least..=$most).contains(&text.chars().count()) && text.chars().all(allowed);
                if fits { Ok($name(text)) } else { Err(OutOfBounds($says)) }
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

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String);
                let text = text.min_length(Some($least)).max_length(Some($most)).pattern(Some($pattern));
                text.description(Some($says)).into()
            }
        }

        impl ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number! {
    /// So many units.
    Quantity(u32) 1 to 1_000_000, "a quantity is a whole number from 1 to 1000000"
}

number! {
    /// So many units more, or with a minus fewer. Zero is allowed here and refused where it is used.
    Difference(i32) -1_000_000 to 1_000_000, "a difference is a whole number from -1000000 to 1000000"
}

number! {
    /// Over how many cells the stock of a variant in a warehouse is spread.
    Shards(u8) 1 to 64, "stock is spread over 1 to 64 shards"
}

number! {
    /// At how many free units, or fewer, a variant counts as low.
    Threshold(u32) 0 to 1_000_000, "a threshold is a whole number from 0 to 1000000"
}

number! {
    /// For how long something is held, in seconds.
    Seconds(u16) 1 to 900, "stock is held for 1 to 900 seconds"
}

text! {
    /// Who something is held for, in the owner's own words: usually the id of an order.
    Owner 1 to 128, "^[0-9A-Za-z_.:-]+$", |c| c.is_ascii_alphanumeric() || "_-.:".contains(c),
    "an owner is 1 to 128 letters, digits and _ - . :"
}

text! {
    /// What a person says about a movement.
    Note 1 to 500, r"^[^\u0000-\u001f\u007f-\u009f]+$", |c| !c.is_control(), "a note is 1 to 500 characters without line breaks"
}

text! {
    /// What a warehouse is called.
    Title 1 to 100, r"^[^\u0000-\u001f\u007f-\u009f]+$", |c| !c.is_control(), "a name is 1 to 100 characters without line breaks"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_or_are_refused() {
        let check = |n, fits| assert_eq!(Quantity::new(n).is_ok(), fits, "{n}");
        check(1, true);
        check(1_000_000, true);
        check(0, false);
        check(-1, false);
        check(1_000_001, false);
        check(i64::MAX, false);
        assert!(Shards::new(64).is_ok() && Shards::new(65).is_err() && Shards::new(257).is_err());
        assert!(Difference::new(-5).is_ok() && Difference::new(-1_000_001).is_err());
    }

    #[test]
    fn texts_fit_or_are_refused() {
        let check = |text: &str, fits| assert_eq!(text.parse::<Owner>().is_ok(), fits, "{text:?}");
        check("ord_01kb2x5m8ee8v9w2m4n5p7q8rs", true);
        check("loms:17", true);
        check("", false);
        check("a b", false);
        check("a#b", false);
        check("заказ", false);
        check(&"x".repeat(128), true);
        check(&"x".repeat(129), false);
        assert!("две коробки".parse::<Note>().is_ok());
        assert!("two\nlines".parse::<Note>().is_err());
    }

    #[test]
    fn a_number_that_is_no_whole_number_is_refused_as_json() {
        for bad in ["0", "1.5", "\"1\"", "null", "true", "1e3", "99999999999999999999"] {
            assert!(serde_json::from_str::<Quantity>(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<Quantity>("7").map(Quantity::get).ok(), Some(7));
    }
}
