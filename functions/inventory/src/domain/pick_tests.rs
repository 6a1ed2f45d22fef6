//! From which cells it comes, by example and by chance; and the nouns that other tests of the domain share.

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

pub(in crate::domain) fn total(changes: &Changes) -> Counts {
    changes.iter().map(|(_, by)| by).sum()
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
            prop_assert!(total(&changes).is_nothing() && changes.len() <= most);
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
