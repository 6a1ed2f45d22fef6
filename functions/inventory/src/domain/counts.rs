//! What lies in a cell, and every change that can happen to it.
//!
//! Invariant (STK-1): on hand = free + held + committed. There is no way to make [`Counts`] by
//! hand outside of this file's constructors, and each of them is balanced; so is every sum of them.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign};

use ids::{VariantId, WarehouseId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which cell: a share of one variant's stock in one warehouse. Shares let many customers buy the
/// same variant at the same moment without waiting for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellName {
    pub variant: VariantId,
    pub warehouse: WarehouseId,
    pub shard: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub name: CellName,
    pub counts: Counts,
}

/// Units by what may be done with them.
// Of one variant: the content of a cell, or a change to it. Signed, because a change may take away, and
// because an audit must be able to see what must not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Numbers)]
pub struct Counts {
    /// Lying there: the sum of the other three.
    #[serde(default)]
    #[schema(required = true)]
    on_hand: i64,
    /// To be had.
    #[serde(default)]
    #[schema(required = true)]
    free: i64,
    /// Held for somebody for a while.
    #[serde(default)]
    #[schema(required = true)]
    held: i64,
    /// Sold and not yet gone.
    #[serde(default)]
    #[schema(required = true)]
    committed: i64,
}

impl Counts {
    /// Units come in, or with a minus go out.
    pub fn received(n: i64) -> Counts {
        Counts { on_hand: n, free: n, ..Counts::default() }
    }

    /// Free units are held, or with a minus held units become free.
    pub fn held_for_somebody(n: i64) -> Counts {
        Counts { free: -n, held: n, ..Counts::default() }
    }

    pub fn sold(n: i64) -> Counts {
        Counts { held: -n, committed: n, ..Counts::default() }
    }

    /// Units come in that were sold before they came.
    pub fn sold_elsewhere(n: i64) -> Counts {
        Counts { on_hand: n, committed: n, ..Counts::default() }
    }

    pub fn on_hand(self) -> i64 {
        self.on_hand
    }

    pub fn free(self) -> i64 {
        self.free
    }

    pub fn held(self) -> i64 {
        self.held
    }

    pub fn committed(self) -> i64 {
        self.committed
    }

    pub fn is_nothing(self) -> bool {
        self == Counts::default()
    }

    pub fn balances(self) -> bool {
        self.on_hand == self.free + self.held + self.committed
    }

    pub fn is_sound(self) -> bool {
        self.balances() && [self.on_hand, self.free, self.held, self.committed].iter().all(|n| *n >= 0)
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            on_hand: self.on_hand + other.on_hand,
            free: self.free + other.free,
            held: self.held + other.held,
            committed: self.committed + other.committed,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), Add::add)
    }
}

/// Changes to several cells that happen together or not at all; one change for each cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(BTreeMap<CellName, Counts>);

impl Changes {
    /// Adds a change to a cell. Changes that cancel each other out leave nothing to be written.
    pub fn change(&mut self, cell: CellName, by: Counts) {
        let sum = self.0.entry(cell).or_default();
        *sum += by;
        if sum.is_nothing() {
            self.0.remove(&cell);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (CellName, Counts)> {
        self.0.iter().map(|(cell, by)| (*cell, *by))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<(CellName, Counts)> for Changes {
    fn extend<I: IntoIterator<Item = (CellName, Counts)>>(&mut self, changes: I) {
        for (cell, by) in changes {
            self.change(cell, by);
        }
    }
}

impl FromIterator<(CellName, Counts)> for Changes {
    fn from_iter<I: IntoIterator<Item = (CellName, Counts)>>(changes: I) -> Changes {
        let mut all = Changes::default();
        all.extend(changes);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::pick::tests::{cell, total};

    fn any_change() -> impl Strategy<Value = Counts> {
        let kinds: [fn(i64) -> Counts; 4] =
            [Counts::received, Counts::held_for_somebody, Counts::sold, Counts::sold_elsewhere];
        (0..kinds.len(), -1000_i64..1000).prop_map(move |(kind, n)| kinds[kind](n))
    }

    proptest! {
        #[test]
        fn whatever_happens_to_a_cell_it_adds_up(changes in proptest::collection::vec(any_change(), 0..50)) {
            let all: Counts = changes.into_iter().sum();
            prop_assert!(all.balances());
        }
    }

    #[test]
    fn a_cell_that_owes_units_is_not_sound() {
        assert!(Counts::received(3).is_sound());
        assert!((Counts::received(3) + Counts::held_for_somebody(3)).is_sound());
        assert!(!(Counts::received(3) + Counts::held_for_somebody(4)).is_sound());
    }

    #[test]
    fn changes_that_cancel_each_other_out_are_not_written() {
        let mut changes = Changes::default();
        changes.change(cell(1, 0), Counts::held_for_somebody(2));
        changes.change(cell(1, 0), Counts::held_for_somebody(-2));
        assert!(changes.is_empty());
        changes.change(cell(1, 1), Counts::received(2));
        assert_eq!((changes.len(), total(&changes)), (1, Counts::received(2)));
    }
}
