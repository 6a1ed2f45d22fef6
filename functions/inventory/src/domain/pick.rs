//! From which cells it comes: what an owner keeps of a hold, what is gathered from several cells,
//! and how the cells of a warehouse are evened out.

use std::collections::BTreeMap;

use ids::{VariantId, WarehouseId};
use serde::{Deserialize, Serialize};

use super::{Cell, CellName, Changes, Counts, Lines, Shards};

/// Units of one cell that are held for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub variant: VariantId,
    pub warehouse: WarehouseId,
    pub shard: u8,
    pub quantity: u32,
}

impl Hold {
    /// So many units of the cell.
    pub fn new(cell: CellName, quantity: u32) -> Hold {
        Hold { variant: cell.variant, warehouse: cell.warehouse, shard: cell.shard, quantity }
    }

    pub fn cell(&self) -> CellName {
        CellName { variant: self.variant, warehouse: self.warehouse, shard: self.shard }
    }
}

/// Holds in the order of their cells, each cell once.
pub fn merged(holds: impl IntoIterator<Item = Hold>) -> Vec<Hold> {
    let mut cells = BTreeMap::<CellName, u32>::new();
    for hold in holds {
        *cells.entry(hold.cell()).or_default() += hold.quantity;
    }
    cells.into_iter().map(|(cell, quantity)| Hold::new(cell, quantity)).collect()
}

/// Of what an owner has, keeps what is still wanted, and says what is missing.
pub fn keep(had: &[Hold], wanted: &Lines) -> (Vec<Hold>, Lines) {
    let mut open: BTreeMap<VariantId, u32> = wanted.iter().map(|l| (l.variant, l.quantity)).collect();
    let mut kept = Vec::new();
    for hold in had {
        let Some(open) = open.get_mut(&hold.variant) else { continue };
        let quantity = hold.quantity.min(*open);
        *open -= quantity;
        if quantity > 0 {
            kept.push(Hold { quantity, ..*hold });
        }
    }
    (kept, Lines::of(open))
}

/// Finds the units among cells that were just read: in one cell that has them all, chosen by
/// chance so that many who look at the same cells do not all choose the same, or in as few of the
/// fullest cells as it takes. Says how many are free when that is not enough.
pub fn gather(cells: &[Cell], n: u32, chance: u64) -> Result<Vec<Hold>, u64> {
    let mut cells: Vec<(CellName, u32)> = cells.iter().map(|cell| (cell.name, free(cell))).collect();
    let all: u64 = cells.iter().map(|(_, free)| u64::from(*free)).sum();
    if all < u64::from(n) {
        return Err(all);
    }
    let whole: Vec<CellName> = cells.iter().filter(|(_, free)| *free >= n).map(|(cell, _)| *cell).collect();
    if let Some(place) = chance.checked_rem(whole.len() as u64) {
        let place = usize::try_from(place).expect("below the length of a list");
        return Ok(vec![Hold::new(whole[place], n)]);
    }
    cells.sort_by_key(|(cell, free)| (std::cmp::Reverse(*free), *cell));
    let mut open = n;
    let mut holds = Vec::new();
    for (cell, free) in cells {
        let quantity = free.min(open);
        if quantity == 0 {
            break;
        }
        holds.push(Hold::new(cell, quantity));
        open -= quantity;
    }
    Ok(holds)
}

/// The changes that spread the free units of a warehouse evenly over its first cells and leave none
/// in the others, touching at most so many cells. Held and sold units stay where they are.
pub fn level_out(cells: &[Cell], at: (VariantId, WarehouseId), shards: Shards, most_cells: usize) -> Changes {
    let (variant, warehouse) = at;
    let mut free_now: BTreeMap<u8, i64> = (0..shards.get()).map(|shard| (shard, 0)).collect();
    let here = cells.iter().filter(|cell| cell.name.variant == variant && cell.name.warehouse == warehouse);
    free_now.extend(here.map(|cell| (cell.name.shard, i64::from(free(cell)))));
    let all: i64 = free_now.values().sum();
    let (each, odd) = (all / i64::from(shards.get()), all % i64::from(shards.get()));
    let fair = |shard: u8| match shard < shards.get() {
        true => each + i64::from(i64::from(shard) < odd),
        false => 0,
    };
    let mut above: Vec<(u8, i64)> = Vec::new();
    let mut below: Vec<(u8, i64)> = Vec::new();
    for (shard, now) in free_now {
        match now - fair(shard) {
            0 => {}
            more if more > 0 => above.push((shard, more)),
            less => below.push((shard, -less)),
        }
    }
    let mut changes = Changes::default();
    let name = |shard| CellName { variant, warehouse, shard };
    while let (Some((from, more)), Some((to, less))) = (above.last_mut(), below.last_mut()) {
        if changes.len() + 2 > most_cells {
            break;
        }
        let n = (*more).min(*less);
        changes.change(name(*from), Counts::received(-n));
        changes.change(name(*to), Counts::received(n));
        (*more, *less) = (*more - n, *less - n);
        if *more == 0 {
            above.pop();
        }
        if *less == 0 {
            below.pop();
        }
    }
    changes
}

fn free(cell: &Cell) -> u32 {
    u32::try_from(cell.counts.free().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    use facts::catalog::LineKind;
    use ids::{MerchantId, ProductId, Uuid};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Card, Quantity};

    pub(in crate::domain) fn variant() -> VariantId {
        VariantId::from_uuid(Uuid::from_u128(1))
    }

    pub(in crate::domain) fn warehouse(n: u128) -> WarehouseId {
        WarehouseId::from_uuid(Uuid::from_u128(n))
    }

    pub(in crate::domain) fn cell(place: u128, shard: u8) -> CellName {
        CellName { variant: variant(), warehouse: warehouse(place), shard }
    }

    pub(in crate::domain) fn card(warehouses: &[(u128, u8)]) -> Card {
        let warehouses = warehouses.iter().map(|(n, s)| (warehouse(*n), Shards::new((*s).into()).unwrap()));
        Card {
            merchant: MerchantId::from_uuid(Uuid::from_u128(3)),
            product: ProductId::from_uuid(Uuid::from_u128(2)),
            kind: LineKind::Physical,
            numeric_sku: None,
            threshold: 5,
            warehouses: warehouses.collect(),
            opened: false,
        }
    }

    fn cells(free: &[i64]) -> Vec<Cell> {
        let cells = free.iter().zip(0..);
        cells.map(|(n, shard)| Cell { name: cell(1, shard), counts: Counts::received(*n) }).collect()
    }

    fn wanted(n: i64) -> Lines {
        Lines::sum(&[(variant(), Quantity::new(n).unwrap())]).unwrap()
    }

    #[test]
    fn one_cell_is_preferred_to_many() {
        let holds = gather(&cells(&[1, 5, 3]), 3, 0).unwrap();
        assert_eq!(holds, [Hold::new(cell(1, 1), 3)]);
        let holds = gather(&cells(&[1, 5, 3]), 3, 1).unwrap();
        assert_eq!(holds, [Hold::new(cell(1, 2), 3)]);
    }

    #[test]
    fn many_cells_are_gathered_from_the_fullest_down() {
        let holds = gather(&cells(&[1, 5, 3]), 9, 4).unwrap();
        assert_eq!(holds, [Hold::new(cell(1, 1), 5), Hold::new(cell(1, 2), 3), Hold::new(cell(1, 0), 1)]);
        assert_eq!(gather(&cells(&[1, 5, 3]), 10, 4), Err(9));
        assert_eq!(gather(&[], 1, 4), Err(0));
    }

    #[test]
    fn an_owner_keeps_what_is_still_wanted() {
        let had = [Hold::new(cell(1, 0), 2), Hold::new(cell(1, 1), 2)];
        let (kept, missing) = keep(&had, &wanted(3));
        assert_eq!(kept, [Hold::new(cell(1, 0), 2), Hold::new(cell(1, 1), 1)]);
        assert_eq!(missing, Lines::default());
        let (kept, missing) = keep(&had, &wanted(7));
        assert_eq!((kept.as_slice(), missing), (had.as_slice(), wanted(3)));
    }

    proptest! {
        #[test]
        fn what_is_gathered_is_what_was_asked_for_and_lies_there(
            free in proptest::collection::vec(0_i64..20, 0..64), n in 1_u32..200, chance: u64,
        ) {
            let there: i64 = free.iter().sum();
            match gather(&cells(&free), n, chance) {
                Ok(holds) => {
                    prop_assert_eq!(holds.iter().map(|hold| hold.quantity).sum::<u32>(), n);
                    for hold in holds {
                        prop_assert!(i64::from(hold.quantity) <= free[usize::from(hold.shard)]);
                    }
                }
                Err(found) => prop_assert!(found == u64::try_from(there).unwrap() && found < u64::from(n)),
            }
        }

        #[test]
        fn evening_out_neither_makes_nor_loses_a_unit(
            free in proptest::collection::vec(0_i64..50, 1..64), shards in 1_i64..=64, most in 2_usize..100,
        ) {
            let shards = Shards::new(shards).unwrap();
            let mut cells: BTreeMap<CellName, Counts> =
                cells(&free).into_iter().map(|cell| (cell.name, cell.counts)).collect();
            for round in 0.. {
                let now: Vec<_> = cells.iter().map(|(name, counts)| Cell { name: *name, counts: *counts }).collect();
                let changes = level_out(&now, (variant(), warehouse(1)), shards, most);
                prop_assert!(changes.total().is_nothing() && changes.len() <= most);
                if changes.is_empty() {
                    break;
                }
                prop_assert!(round < 64, "it comes to an end");
                for (cell, by) in changes.iter() {
                    *cells.entry(cell).or_default() += by;
                }
                prop_assert!(cells.values().all(|counts| counts.is_sound()));
            }
            let active = || cells.iter().filter(|(cell, _)| cell.shard < shards.get());
            let retired = cells.iter().filter(|(cell, _)| cell.shard >= shards.get());
            prop_assert!(retired.into_iter().all(|(_, counts)| counts.is_nothing()));
            let most = active().map(|(_, counts)| counts.free()).max().unwrap_or(0);
            prop_assert!(active().all(|(_, counts)| counts.free() >= most - 1));
        }
    }
}
