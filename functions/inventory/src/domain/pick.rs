//! From which cells it comes: what an owner keeps of a hold, what is gathered from several cells,
//! and how the cells of a warehouse are evened out.

use std::collections::BTreeMap;

use ids::{VariantId, WarehouseId};
use serde::{Deserialize, Serialize};

use super::{Cell, CellName, Changes, Counts, Lines, Shards};

/// Units of one cell that are held for an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub variant: VariantId,
    pub warehouse: WarehouseId,
    pub shard: u8,
    pub quantity: u32,
}

impl Hold {
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
    let mut open: BTreeMap<VariantId, u32> = wanted.iter().collect();
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
#[path = "pick_tests.rs"]
pub(super) mod tests;
