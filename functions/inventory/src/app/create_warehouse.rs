//! A merchant has one more place where stock lies.

use ids::WarehouseId;

use super::{Actor, App, AppError, Sign};
use crate::domain::{Card, Title};
use crate::store::Warehouse;

/// More places than this make a stock that no page shows and no transaction reaches.
const MOST_WAREHOUSES: usize = 50;

/// The new place.
#[derive(Clone, Debug)]
pub struct CreateWarehouse {
    /// What it is called.
    pub name: Title,
}

impl App {
    /// Gives the merchant a warehouse besides the first.
    pub async fn create_warehouse(
        &self,
        actor: &Actor,
        command: CreateWarehouse,
        sign: Sign<'_, Warehouse>,
    ) -> Result<(), AppError> {
        // Two at once may both find room for one more; fifty-one places do no harm.
        if self.store.warehouses(actor.merchant).await?.len() + 1 >= MOST_WAREHOUSES {
            return Err(AppError::TooManyWarehouses);
        }
        let id = WarehouseId::mint(&self.mint);
        let warehouse = Warehouse { id, name: command.name, created_at: self.clock.now() };
        let sign = sign(&warehouse).map_err(AppError::Door)?;
        match self.store.create_warehouse(actor.merchant, &warehouse, sign).await {
            Err(dynamo::Error::Refused(_)) => Err(AppError::Busy),
            outcome => Ok(outcome?),
        }
    }

    /// The warehouse that a merchant has from the first day and those that it has made.
    pub async fn list_warehouses(&self, actor: &Actor) -> Result<(WarehouseId, Vec<Warehouse>), AppError> {
        Ok((Card::main_warehouse(actor.merchant), self.store.warehouses(actor.merchant).await?))
    }
}
