//! A merchant has one more place where stock lies.

use dynamo::Receipt;
use ids::WarehouseId;

use super::{Actor, App, AppError, Refusal};
use crate::domain::Title;
use crate::store::Warehouse;

/// More places than this make a stock that no page shows and no transaction reaches.
const MOST_WAREHOUSES: usize = 50;

#[derive(Clone, Debug)]
pub(crate) struct CreateWarehouse {
    pub name: Title,
}

impl App {
    /// Gives the merchant a warehouse besides the first.
    pub(crate) async fn create_warehouse(
        &self,
        actor: &Actor,
        command: CreateWarehouse,
        receipt: Receipt<Warehouse>,
    ) -> Result<Warehouse, AppError> {
        // Two at once may both find room for one more; fifty-one places do no harm.
        if self.store.warehouses(actor.merchant).await?.len() + 1 >= MOST_WAREHOUSES {
            return Err(Refusal::TooManyWarehouses.into());
        }
        let id = WarehouseId::mint(&self.mint);
        let warehouse = Warehouse { id, name: command.name, created_at: self.clock.now() };
        let memory = receipt.write(&warehouse)?;
        self.store.create_warehouse(actor.merchant, &warehouse, memory).await?;
        Ok(warehouse)
    }
}
