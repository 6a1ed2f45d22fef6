//! What the public may know of a variant's stock, and when its changes are worth telling.

use facts::inventory::{BackInStock, LowStock, SoldOut};
use facts::{Fact, Unsent};
use ids::VariantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much there is, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Enough.
    InStock,
    /// At or under the level at which its merchant wants to know.
    LowStock,
    /// Nothing to be had.
    OutOfStock,
    /// There is no such thing as stock of it: a service, a course.
    NotStocked,
}

impl Level {
    pub fn of(free: u64, threshold: u64) -> Level {
        match free {
            0 => Level::OutOfStock,
            n if n <= threshold => Level::LowStock,
            _ => Level::InStock,
        }
    }

    /// What is to be told when this level becomes that. Coming back from nothing is good news even
    /// when it is little, and more of what was low is no news at all.
    pub fn told(self, next: Level, variant: VariantId, free: u64, threshold: u64) -> Option<Unsent> {
        match (self, next) {
            (Level::InStock | Level::LowStock, Level::OutOfStock) => Some(Fact::of(&SoldOut { variant })),
            (Level::OutOfStock, Level::InStock | Level::LowStock) => {
                Some(Fact::of(&BackInStock { variant, free }))
            }
            (Level::InStock, Level::LowStock) => Some(Fact::of(&LowStock { variant, free, threshold })),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pick::tests::variant;

    #[test]
    fn the_threshold_itself_is_low() {
        let check = |free, expect| assert_eq!(Level::of(free, 5), expect, "{free}");
        check(0, Level::OutOfStock);
        check(1, Level::LowStock);
        check(5, Level::LowStock);
        check(6, Level::InStock);
        assert_eq!(Level::of(1, 0), Level::InStock);
    }

    #[test]
    fn every_passage_between_levels_is_told_or_is_no_news() {
        use Level::{InStock, LowStock, NotStocked, OutOfStock};
        let all = [InStock, LowStock, OutOfStock, NotStocked];
        let mut told = Vec::new();
        for from in all {
            for to in all {
                if let Some(fact) = from.told(to, variant(), 1, 5) {
                    told.push((from, to, fact.name));
                }
            }
        }
        let expect = [
            (InStock, LowStock, "inventory.low_stock.v1"),
            (InStock, OutOfStock, "inventory.sold_out.v1"),
            (LowStock, OutOfStock, "inventory.sold_out.v1"),
            (OutOfStock, InStock, "inventory.back_in_stock.v1"),
            (OutOfStock, LowStock, "inventory.back_in_stock.v1"),
        ];
        assert_eq!(told, expect);
    }
}
