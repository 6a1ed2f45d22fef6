//! Movements and the warehouses that they happen in.

use dynamo::{Condition, Cursor, Error, Query, Save, Stored, Write};
use facts::Unsent;
use ids::{MerchantId, VariantId, WarehouseId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Shelf, Store, change, keys, silent};
use crate::app::AppError;
use crate::domain::{Card, Changes, Movement, Title};

/// A line of the ledger with everything that is saved together with it.
pub struct Entry<'a> {
    /// The shelf as it was read. Its card must not have changed since, or units could land in a
    /// cell that has just been given up.
    pub shelf: &'a Shelf,
    /// What the card says afterwards, if something else.
    pub card: Option<Card>,
    pub changes: &'a Changes,
    pub movement: &'a Movement,
    pub told: Option<Unsent>,
    /// The memory of who asked for it.
    pub memory: Write,
}

/// A place of a merchant where stock lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    pub id: WarehouseId,
    pub name: Title,
    /// Since when there is such a place.
    pub created_at: Timestamp,
}

impl Store {
    /// Writes a line into the ledger and changes the cells, all or nothing.
    pub async fn record(&self, entry: Entry<'_>) -> Result<bool, AppError> {
        let Entry { shelf, card, changes, movement, told, memory } = entry;
        let key = keys::card(shelf.variant);
        let card = match &card {
            Some(card) => Write::save(silent(key, "", shelf.version, card, movement.at))?,
            None => Write::check(key, Condition::version(shelf.version)),
        };
        let aggregate = movement.id.to_string();
        let line = Write::save(Save {
            key: keys::movement(movement.variant, movement.id),
            aggregate: &aggregate,
            loaded: 0,
            body: movement,
            facts: told.into_iter().collect(),
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

    /// Saves a new warehouse together with the memory of who asked for it.
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
