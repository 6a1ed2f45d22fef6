//! Where everything lies.
//!
//! | What | pk | sk | Asked for as |
//! | --- | --- | --- | --- |
//! | card | `stk#<variant>` | `card` | one of many variants (batch); with its cells and level (query up to `level`) |
//! | cell | `stk#<variant>` | `cell#<warehouse>#<shard>` | written by name, read with its card |
//! | level | `stk#<variant>` | `level` | up to 50 variants (batch) |
//! | movement | `stk#<variant>` | `move#<movement>` | the ledger of a variant, newest first |
//! | reservation | `rsv#<owner>` | `reservation` | the owner's |
//! | swept reservation | `rsv#<owner>` | `swept#<reservation>` | never: it only must not be there twice |
//! | number | `num#<sku>` | `variant` | the variant with this number |
//! | warehouse | `mer#<merchant>` | `whs#<warehouse>` | one, or all of a merchant's |
//!
//! `card`, `cell#…`, `level`, `move#…` sort in this order, so that one query up to `level` reads
//! everything that a decision about a variant needs and nothing of its ledger. Beside these lie
//! what the plumbing keeps: `heard#…`, `once#…` and the buckets of the door.

use dynamo::Key;
use ids::{MerchantId, MovementId, ReservationId, Sku, VariantId, WarehouseId};

use crate::domain::{CellName, Owner};

pub(super) const CARD: &str = "card";
pub(super) const LEVEL: &str = "level";
pub(super) const MOVEMENTS: &str = "move#";
pub(super) const WAREHOUSES: &str = "whs#";
pub(super) const RESERVATION: &str = "reservation";

pub(super) fn stock(variant: VariantId) -> String {
    format!("stk#{variant}")
}

pub(super) fn shop(merchant: MerchantId) -> String {
    format!("mer#{merchant}")
}

pub(super) fn card(variant: VariantId) -> Key {
    Key::new(stock(variant), CARD)
}

pub(super) fn cell(cell: CellName) -> Key {
    Key::new(stock(cell.variant), format!("cell#{}#{:02}", cell.warehouse, cell.shard))
}

pub(super) fn level(variant: VariantId) -> Key {
    Key::new(stock(variant), LEVEL)
}

pub(super) fn movement(variant: VariantId, movement: MovementId) -> Key {
    Key::new(stock(variant), format!("{MOVEMENTS}{movement}"))
}

pub(super) fn reservation(owner: &Owner) -> Key {
    Key::new(format!("rsv#{owner}"), RESERVATION)
}

pub(super) fn swept(owner: &Owner, reservation: ReservationId) -> Key {
    Key::new(format!("rsv#{owner}"), format!("swept#{reservation}"))
}

pub(super) fn number(sku: Sku) -> Key {
    Key::new(format!("num#{sku}"), "variant")
}

pub(super) fn warehouse(merchant: MerchantId, warehouse: WarehouseId) -> Key {
    Key::new(shop(merchant), format!("{WAREHOUSES}{warehouse}"))
}

pub(super) fn variant_of(key: &Key) -> Option<VariantId> {
    key.pk.strip_prefix("stk#")?.parse().ok()
}

pub(super) fn cell_of(key: &Key) -> Option<CellName> {
    let variant = variant_of(key)?;
    let (warehouse, shard) = key.sk.strip_prefix("cell#")?.split_once('#')?;
    Some(CellName { variant, warehouse: warehouse.parse().ok()?, shard: shard.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use ids::Uuid;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cells_key_names_the_cell(variant: u128, place: u128, shard in 0_u8..64) {
            let name = CellName {
                variant: VariantId::from_uuid(Uuid::from_u128(variant)),
                warehouse: WarehouseId::from_uuid(Uuid::from_u128(place)),
                shard,
            };
            prop_assert_eq!(cell_of(&cell(name)), Some(name));
            let key = cell(name);
            prop_assert!(key.sk.as_str() > CARD && key.sk.as_str() < LEVEL && LEVEL < MOVEMENTS);
        }
    }

    #[test]
    fn what_is_no_cell_is_not_taken_for_one() {
        let variant = VariantId::from_uuid(Uuid::from_u128(1));
        assert_eq!(cell_of(&card(variant)), None);
        assert_eq!(cell_of(&Key::new("stk#x", "cell#y#00")), None);
        assert_eq!(variant_of(&reservation(&"ord".parse().unwrap())), None);
    }
}
