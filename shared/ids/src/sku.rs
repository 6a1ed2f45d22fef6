//! The numeric SKU: the second name of a variant, for systems that only know numbers.
//!
//! Invariant: a [`Sku`] is positive. Zero and negative numbers are what such systems send when they
//! mean "none".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

/// A positive number by which another system knows a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Sku(i64);

/// The number is not positive, or the text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a numeric SKU is a whole number from 1 to 9223372036854775807")]
pub struct BadSku;

impl Sku {
    /// The SKU with this number, unless it is zero or negative.
    pub const fn new(number: i64) -> Option<Sku> {
        if number > 0 { Some(Sku(number)) } else { None }
    }

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Sku {
    type Err = BadSku;

    fn from_str(text: &str) -> Result<Sku, BadSku> {
        // One spelling only: a plus sign or leading zeros would name the same SKU twice.
        if !text.starts_with(|first: char| matches!(first, '1'..='9')) {
            return Err(BadSku);
        }
        text.parse().ok().and_then(Sku::new).ok_or(BadSku)
    }
}

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Sku, D::Error> {
        Sku::new(i64::deserialize(from)?).ok_or_else(|| serde::de::Error::custom(BadSku))
    }
}

impl utoipa::PartialSchema for Sku {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("A positive number by which another system knows a variant."))
            .minimum(Some(1))
            .examples([773_297_411])
            .into()
    }
}

impl utoipa::ToSchema for Sku {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_is_a_positive_number() {
        check("1", Some(1));
        check("9223372036854775807", Some(i64::MAX));
        for bad in ["0", "-1", "+1", "01", "", " 1", "1 ", "1.0", "9223372036854775808", "one"] {
            check(bad, None);
        }

        #[track_caller]
        fn check(text: &str, expect: Option<i64>) {
            assert_eq!(text.parse().ok().map(Sku::get), expect, "{text:?}");
        }
    }

    #[test]
    fn in_json_a_sku_is_a_number() {
        assert_eq!(serde_json::to_string(&Sku::new(1001).unwrap()).unwrap(), "1001");
        assert_eq!(serde_json::from_str::<Sku>("1001").ok(), Sku::new(1001));
        for bad in ["0", "-3", "\"1001\"", "1.5", "9223372036854775808"] {
            assert!(serde_json::from_str::<Sku>(bad).is_err(), "{bad}");
        }
    }
}
