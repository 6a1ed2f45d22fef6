//! What is wanted: every variant once, with how many of it.

use std::collections::BTreeMap;

use facts::inventory::HeldLine;
use ids::VariantId;

use super::Quantity;

/// So many lines fit into one transaction beside the reservation, each from a cell of its own.
pub const MOST_LINES: usize = 90;

/// Lines summed by variant. Two lists that ask for the same are equal, however they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(BTreeMap<VariantId, u32>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLines {
    #[error("name at least one line")]
    None,
    #[error("these are too many lines at once")]
    TooMany,
    #[error("the lines of one variant come to more than 1000000 units")]
    TooMuch,
}

impl Lines {
    /// Sums lines of the same variant, as many as can be held together.
    pub fn sum(lines: &[(VariantId, Quantity)]) -> Result<Lines, BadLines> {
        Lines::sum_of_at_most(MOST_LINES, lines)
    }

    pub fn sum_of_at_most(most: usize, lines: &[(VariantId, Quantity)]) -> Result<Lines, BadLines> {
        match lines.len() {
            0 => return Err(BadLines::None),
            n if n > most => return Err(BadLines::TooMany),
            _ => {}
        }
        let mut sums = BTreeMap::<VariantId, i64>::new();
        for (variant, quantity) in lines {
            *sums.entry(*variant).or_default() += i64::from(*quantity);
        }
        let sums = sums.into_iter().map(|(variant, sum)| Ok((variant, Quantity::new(sum)?.get())));
        sums.collect::<Result<_, words::OutOfBounds>>().map(Lines).map_err(|_| BadLines::TooMuch)
    }

    /// The lines of these, without any that want nothing.
    pub(super) fn of(lines: impl IntoIterator<Item = (VariantId, u32)>) -> Lines {
        let mut sums = BTreeMap::new();
        for (variant, n) in lines.into_iter().filter(|(_, n)| *n > 0) {
            *sums.entry(variant).or_default() += n;
        }
        Lines(sums)
    }

    pub fn iter(&self) -> impl Iterator<Item = (VariantId, u32)> {
        self.0.iter().map(|(variant, quantity)| (*variant, *quantity))
    }

    pub fn variants(&self) -> impl Iterator<Item = VariantId> {
        self.0.keys().copied()
    }

    pub fn quantity(&self, variant: VariantId) -> u32 {
        self.0.get(&variant).copied().unwrap_or(0)
    }

    pub fn told(&self) -> Vec<HeldLine> {
        self.iter().map(|(variant, quantity)| HeldLine { variant, quantity }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(n: u128) -> VariantId {
        VariantId::from_uuid(ids::Uuid::from_u128(n))
    }

    #[test]
    fn lines_of_one_variant_are_summed_and_their_order_does_not_matter() {
        let q = |n| Quantity::new(n).unwrap();
        let one = Lines::sum(&[(variant(1), q(2)), (variant(2), q(1)), (variant(1), q(3))]).unwrap();
        let other = Lines::sum(&[(variant(2), q(1)), (variant(1), q(5))]).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.quantity(variant(1)), 5);
    }

    #[test]
    fn nobody_can_want_nothing_or_too_much() {
        let q = |n| Quantity::new(n).unwrap();
        assert_eq!(Lines::sum(&[]), Err(BadLines::None));
        assert_eq!(Lines::sum(&vec![(variant(1), q(1)); MOST_LINES + 1]), Err(BadLines::TooMany));
        assert_eq!(Lines::sum(&[(variant(1), q(1_000_000)), (variant(1), q(1))]), Err(BadLines::TooMuch));
    }
}
