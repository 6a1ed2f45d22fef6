//! The card of a variant: whose it is, whether it is stocked at all, and which cells it has.

use std::collections::BTreeMap;

use facts::catalog::{LineKind, VariantCreated};
use ids::{MerchantId, ProductId, Sku, VariantId, WarehouseId};
use serde::{Deserialize, Serialize};

use super::{CellName, Changes, Counts, Shards};

/// How many of a variant must be free for it not to count as low, until its merchant says.
const USUAL_THRESHOLD: u32 = 5;

/// At most so many cells are written by one movement that brings goods in, so that it fits into one
/// transaction together with one that takes them out of every cell of another warehouse.
const WIDEST_DELIVERY: u8 = 32;

/// What the room knows of a variant besides its counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub merchant: MerchantId,
    pub product: ProductId,
    pub kind: LineKind,
    /// The number by which other systems know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
    /// At this many free units or fewer the merchant wants to know.
    pub threshold: u32,
    /// Over how many cells it is spread in each.
    pub warehouses: BTreeMap<WarehouseId, Shards>,
    /// Whether stock from another system has been brought in. That happens once.
    #[serde(default)]
    pub opened: bool,
}

impl Card {
    /// The card of a variant that was just created. A service or a course has no cells.
    pub fn open(created: &VariantCreated) -> Card {
        let main = Card::is_stocked_kind(created.kind).then(|| Card::main_warehouse(created.merchant));
        let one = Shards::new(1).expect("1 is from 1 to 64");
        Card {
            merchant: created.merchant,
            product: created.product,
            kind: created.kind,
            // What the product wishes for may be another's; the catalog says when it has it.
            numeric_sku: None,
            threshold: USUAL_THRESHOLD,
            warehouses: main.map(|warehouse| (warehouse, one)).into_iter().collect(),
            opened: false,
        }
    }

    /// The warehouse that every merchant has from the first day. It is derived and not stored, so
    /// that a large import of new variants does not queue up at one item.
    pub fn main_warehouse(merchant: MerchantId) -> WarehouseId {
        WarehouseId::from_uuid(merchant.uuid())
    }

    /// Whether there is such a thing as stock of it.
    pub fn is_stocked(&self) -> bool {
        Card::is_stocked_kind(self.kind)
    }

    fn is_stocked_kind(kind: LineKind) -> bool {
        match kind {
            LineKind::Physical | LineKind::MadeToOrder => true,
            LineKind::Service | LineKind::Course => false,
        }
    }

    pub fn with_warehouse(&self, warehouse: WarehouseId) -> Card {
        let mut card = self.clone();
        let one = Shards::new(1).expect("1 is from 1 to 64");
        card.warehouses.entry(warehouse).or_insert(one);
        card
    }

    /// Every cell that the card names. What a narrower split has given up is not among them.
    pub fn cells(&self, variant: VariantId) -> Vec<CellName> {
        let cells = self.warehouses.iter().flat_map(|(warehouse, shards)| {
            (0..shards.get()).map(|shard| CellName { variant, warehouse: *warehouse, shard })
        });
        cells.collect()
    }

    /// The cell that chance points at. Cells that were given up by a narrower split are not among
    /// them; what may still lie there is found when the cells are read.
    pub fn pick(&self, variant: VariantId, chance: u64) -> Option<CellName> {
        let cells: u64 = self.warehouses.values().map(|shards| u64::from(shards.get())).sum();
        let mut place = chance.checked_rem(cells)?;
        for (warehouse, shards) in &self.warehouses {
            match u8::try_from(place) {
                Ok(shard) if shard < shards.get() => {
                    return Some(CellName { variant, warehouse: *warehouse, shard });
                }
                _ => place -= u64::from(shards.get()),
            }
        }
        None
    }

    /// Spreads units that come into a warehouse evenly over its cells, beginning where chance says,
    /// so that the odd ones do not all end up in the first.
    pub fn spread(&self, variant: VariantId, to: WarehouseId, n: u32, chance: u64) -> Changes {
        let shards = self.warehouses.get(&to).map_or(1, |shards| shards.get());
        let cells = shards.min(WIDEST_DELIVERY);
        let first = u8::try_from(chance % u64::from(shards)).expect("a remainder of at most 63");
        let (each, odd) = (n / u32::from(cells), n % u32::from(cells));
        let parts = (0..cells).map(|i| {
            let shard = (first + i) % shards;
            let n = i64::from(each) + i64::from(u32::from(i) < odd);
            (CellName { variant, warehouse: to, shard }, Counts::received(n))
        });
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::pick::tests::{card, total, variant, warehouse};

    #[test]
    fn a_course_has_a_card_and_no_cells() {
        let created = |kind| VariantCreated {
            variant: variant(),
            product: ProductId::from_uuid(ids::Uuid::from_u128(2)),
            merchant: MerchantId::from_uuid(ids::Uuid::from_u128(3)),
            kind,
            sku: "A-1".into(),
            numeric_sku: None,
        };
        for kind in LineKind::ALL {
            let card = Card::open(&created(kind));
            assert_eq!(card.warehouses.is_empty(), !card.is_stocked(), "{kind}");
            assert_eq!(card.pick(variant(), 7).is_some(), card.is_stocked(), "{kind}");
        }
    }

    #[test]
    fn chance_reaches_every_cell_and_no_other() {
        let card = card(&[(1, 3), (2, 1), (3, 64)]);
        let picked: std::collections::BTreeSet<_> = (0..68).filter_map(|n| card.pick(variant(), n)).collect();
        assert_eq!(picked.len(), 68);
        assert!(picked.iter().all(|cell| cell.shard < card.warehouses[&cell.warehouse].get()));
    }

    proptest! {
        #[test]
        fn what_comes_in_is_spread_evenly_and_nothing_is_lost(
            shards in 1_u8..=64, n in 1_u32..100_000, chance: u64,
        ) {
            let spread = card(&[(1, shards)]).spread(variant(), warehouse(1), n, chance);
            prop_assert_eq!(total(&spread), Counts::received(n.into()));
            let most = spread.iter().map(|(_, by)| by.on_hand()).max().unwrap();
            prop_assert!(spread.iter().all(|(cell, by)| cell.shard < shards && by.on_hand() >= most - 1));
            prop_assert!(spread.len() <= 32);
        }
    }
}
