//! Movements and the warehouses that they happen in.

use dynamo::{Condition, Cursor, Error, Query, Save, Stored, Write};
use ids::{MerchantId, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Shelf, Store, change, keys, silent};
use crate::app::AppError;
use crate::domain::{Card, Changes, Movement, Title};

/// A place of a merchant where stock lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    pub id: WarehouseId,
    pub name: Title,
    pub created_at: Timestamp,
}

impl Store {
    /// Writes a line into the ledger and changes the cells and perhaps the card, all or nothing. The card
    /// must not have changed since the shelf was read, or units could land in a cell that has just been
    /// given up.
    pub async fn record(
        &self,
        shelf: &Shelf,
        card: Option<&Card>,
        changes: &Changes,
        movement: &Movement,
        memory: Write,
    ) -> Result<bool, AppError> {
        let (key, loaded) = (keys::card(shelf.variant), shelf.card.version);
        let card = match card {
            Some(card) => silent(key, loaded, card, movement.at)?,
            None => Write::check(key, Condition::version(loaded)),
        };
        let aggregate = movement.id.to_string();
        let line = Write::save(Save {
            key: keys::movement(movement.variant, movement.id),
            aggregate: &aggregate,
            loaded: 0,
            body: movement,
            facts: movement.told().into_iter().collect(),
            at: movement.at,
        })?;
        let cells = changes.iter().map(|(cell, by)| change(cell, by));
        self.table.try_commit([card, line, memory].into_iter().chain(cells).collect(), |_| None).await
    }

    /// The ledger of a variant, newest first.
    pub async fn movements(
        &self,
        variant: VariantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Movement>, Option<Cursor>), Error> {
        let query = Query::partition(keys::stock(variant)).starting_with(keys::MOVEMENTS).newest_first();
        let page = self.table.query::<Movement>(query.limit(limit).after(after)).await?;
        Ok((page.items.into_iter().map(|movement| movement.body).collect(), page.next))
    }

    /// Saves a new warehouse together with the memory of the answer.
    pub async fn create_warehouse(
        &self,
        merchant: MerchantId,
        warehouse: &Warehouse,
        memory: Write,
    ) -> Result<(), Error> {
        let write = Write::create(keys::warehouse(merchant, warehouse.id), warehouse)?;
        self.table.commit(vec![write, memory]).await
    }

    /// A merchant's warehouses besides the first, oldest first.
    pub async fn warehouses(&self, merchant: MerchantId) -> Result<Vec<Warehouse>, Error> {
        let query = Query::partition(keys::shop(merchant)).starting_with(keys::WAREHOUSES);
        let all: Vec<Stored<Warehouse>> = self.table.query_all(query.consistent()).await?;
        Ok(all.into_iter().map(|warehouse| warehouse.body).collect())
    }

    /// Whether the merchant has this warehouse besides the first.
    pub async fn has_warehouse(&self, merchant: MerchantId, id: WarehouseId) -> Result<bool, Error> {
        let found = self.table.peek::<Warehouse>(&keys::warehouse(merchant, id)).await?;
        Ok(found.is_some())
    }
}
