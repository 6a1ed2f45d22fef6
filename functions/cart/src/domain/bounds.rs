//! Numbers as the room accepts them. What does not fit is refused where it is read.

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
}
