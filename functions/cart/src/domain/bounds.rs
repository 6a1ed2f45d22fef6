//! Numbers and texts as the room accepts them. What does not fit is refused where it is read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// How many of one line a person may want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(u32);

/// The number does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is from 1 to 9999")]
pub struct OutOfBounds;

impl Quantity {
    /// The most of one line.
    pub const MOST: u32 = 9_999;

    /// The number, if it fits.
    pub fn new(n: i64) -> Result<Quantity, OutOfBounds> {
        let n = u32::try_from(n).ok().filter(|n| (1..=Quantity::MOST).contains(n));
        n.map(Quantity).ok_or(OutOfBounds)
    }

    /// The number itself.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = OutOfBounds;

    fn try_from(n: i64) -> Result<Quantity, OutOfBounds> {
        Quantity::new(n)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> i64 {
        quantity.0.into()
    }
}

impl PartialSchema for Quantity {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        number.maximum(Some(Quantity::MOST)).description(Some("A quantity is from 1 to 9999.")).into()
    }
}

impl ToSchema for Quantity {}

/// The language in which titles are wanted: `en`, `ar`, `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tongue(String);

/// The text names no language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is named like en or pt-BR")]
pub struct BadTongue;

impl Tongue {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first language of an `Accept-Language` that we can ask for. Nobody is refused for it.
    pub fn of_header(header: &str) -> Option<Tongue> {
        header.split(',').find_map(|part| part.split(';').next()?.trim().parse().ok())
    }
}

impl FromStr for Tongue {
    type Err = BadTongue;

    fn from_str(text: &str) -> Result<Tongue, BadTongue> {
        let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (language, region) = match text.split_once('-') {
            Some((language, region)) => (language, Some(region)),
            None => (text, None),
        };
        let sound = (2..=3).contains(&language.len())
            && letters(language)
            && region.is_none_or(|region| region.len() == 2 && letters(region));
        if !sound {
            return Err(BadTongue);
        }
        let region = region.map(|region| format!("-{}", region.to_ascii_uppercase()));
        Ok(Tongue(language.to_ascii_lowercase() + region.as_deref().unwrap_or("")))
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_from_one_to_the_most() {
        for good in [1, 2, 9_999] {
            assert_eq!(i64::from(Quantity::new(good).unwrap()), good);
        }
        for bad in [0, -1, 10_000, i64::MAX, i64::MIN] {
            assert_eq!(Quantity::new(bad), Err(OutOfBounds), "{bad}");
        }
    }

    #[test]
    fn a_language_is_asked_for_in_one_spelling() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(
                text.parse::<Tongue>().ok().map(|tongue| tongue.0),
                expect.map(str::to_owned),
                "{text}"
            );
        };
        check("en", Some("en"));
        check("PT-br", Some("pt-BR"));
        for bad in ["", "e", "english", "en-", "en-USA", "en_US", "12", "zh-Hant-TW", "x\0"] {
            check(bad, None);
        }
    }

    #[test]
    fn the_first_language_of_a_browser_that_we_know_how_to_ask_for_is_taken() {
        let of = |header: &str| Tongue::of_header(header).map(|tongue| tongue.to_string());
        assert_eq!(of("zh-Hant-TW, ar-EG;q=0.9, en;q=0.1"), Some("ar-EG".into()));
        assert_eq!(of("*"), None);
        assert_eq!(of(""), None);
    }
}
