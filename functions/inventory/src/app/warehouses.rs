//! The places where a merchant's stock lies.

use dynamo::Receipt;
use ids::{MerchantId, WarehouseId};

use super::{Actor, App, AppError, Refusal};
use crate::domain::{Card, Title};
use crate::store::Warehouse;

/// More places than this make a stock that no page shows and no transaction reaches.
const MOST_WAREHOUSES: usize = 50;

impl App {
    /// Gives the merchant a warehouse besides the first.
    pub(crate) async fn create_warehouse(
        &self,
        actor: &Actor,
        name: Title,
        receipt: Receipt<Warehouse>,
    ) -> Result<Warehouse, AppError> {
        // Two at once may both find room for one more; fifty-one places do no harm.
        if self.store.warehouses(actor.merchant).await?.len() + 1 >= MOST_WAREHOUSES {
            return Err(Refusal::TooManyWarehouses.into());
        }
        let id = WarehouseId::mint(&self.mint);
        let warehouse = Warehouse { id, name, created_at: self.clock.now() };
        self.store.create_warehouse(actor.merchant, &warehouse, receipt.write(&warehouse)?).await?;
        Ok(warehouse)
    }

    /// The warehouse that was named, if it is the merchant's, or the first if none was.
    pub(super) async fn warehouse_of(
        &self,
        merchant: MerchantId,
        named: Option<WarehouseId>,
    ) -> Result<WarehouseId, AppError> {
        let main = Card::main_warehouse(merchant);
        match named.filter(|named| *named != main) {
            None => Ok(main),
            Some(named) if self.store.has_warehouse(merchant, named).await? => Ok(named),
            Some(_) => Err(Refusal::NoSuchWarehouse.into()),
        }
    }
}
