//! Spreads the stock of a variant in a warehouse over more cells, or fewer, while it is being sold.
//!
//! First the card says so, so that new reservations look in the right places; then free units are
//! carried over until they lie evenly, for as long as the caller can be let wait: units that lie
//! unevenly are found all the same, and units that are held or sold stay where they are until they
//! leave.

use dynamo::Receipt;
use failure::Failure;
use ids::{VariantId, WarehouseId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Actor, App, AppError, Refusal};
use crate::domain::{Shards, level_out};
use crate::store::Shelf;

/// At most so many cells are written at once, and at least two: one gives, one takes.
const MOST_CELLS: usize = 100;

/// How the stock is to be spread.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    /// The merchant's first warehouse if nothing is said.
    warehouse: Option<WarehouseId>,
    /// Over how many cells: more cells, more customers at the same moment.
    shards: Shards,
}

impl App {
    /// Changes over how many cells the stock is spread.
    pub(crate) async fn split_stock(
        &self,
        actor: &Actor,
        variant: VariantId,
        seen: Option<u64>,
        Split { warehouse, shards }: Split,
        receipt: Receipt<Shelf>,
    ) -> Result<Shelf, AppError> {
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let changed = self.change_card(actor, variant, seen, receipt, |card| {
            *card.warehouses.get_mut(&warehouse).ok_or(Refusal::NoSuchWarehouse)? = shards;
            Ok(())
        });
        let changed = changed.await?;
        if let Err(error) = self.carry_over(variant, warehouse).await {
            tracing::warn!(%variant, %error, "stock lies unevenly until it is split again");
        }
        Ok(changed)
    }

    /// Carries free units over until they lie evenly. Where many buy, a large transaction loses
    /// every race; so each loss makes the next one smaller, and each success is one step. The caller
    /// waits for it, so the first loss after the deadline is the last.
    async fn carry_over(&self, variant: VariantId, warehouse: WarehouseId) -> Result<(), AppError> {
        let (mut most_cells, mut attempts, mut lost) = (MOST_CELLS, self.store.attempts(), true);
        while !lost || attempts.next().await {
            let Some(shelf) = self.store.shelf(variant).await? else { return Ok(()) };
            let Some(shards) = shelf.card.body.warehouses.get(&warehouse) else { return Ok(()) };
            let changes = level_out(&shelf.cells, (variant, warehouse), *shards, most_cells);
            if changes.is_empty() {
                return Ok(());
            }
            match self.store.change_cells(changes.iter()).await {
                Ok(()) => lost = false,
                Err(dynamo::Error::Refused(_) | dynamo::Error::Contended) => {
                    lost = true;
                    most_cells = (most_cells / 2).max(2);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::overtaken().into())
    }
}
