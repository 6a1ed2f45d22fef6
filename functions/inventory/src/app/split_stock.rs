//! Spreads the stock of a variant in a warehouse over more cells, or fewer, while it is being sold.
//!
//! First the card says so, so that new reservations look in the right places; then free units are
//! carried over until they lie evenly, for as long as whoever splits can be let wait: units that lie
//! unevenly are found all the same, and units that are held or sold stay where they are until they
//! leave.

use dynamo::Receipt;
use failure::Failure;
use ids::{VariantId, WarehouseId};

use super::{Actor, App, AppError, Refusal};
use crate::domain::{Card, Shards, level_out};
use crate::store::Shelf;

/// At most so many cells are written at once, and at least two: one gives, one takes.
const MOST_CELLS: usize = 100;

/// How the stock is to be spread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitStock {
    pub variant: VariantId,
    /// Where; the merchant's first warehouse if nothing is said.
    pub warehouse: Option<WarehouseId>,
    pub shards: Shards,
}

impl App {
    /// Changes over how many cells the stock is spread.
    pub(crate) async fn split_stock(
        &self,
        actor: &Actor,
        command: SplitStock,
        seen: Option<u64>,
        receipt: Receipt<Shelf>,
    ) -> Result<Shelf, AppError> {
        let SplitStock { variant, warehouse, shards } = command;
        let warehouse = self.warehouse_of(actor.merchant, warehouse).await?;
        let split = |card: &Card| {
            let mut card = card.clone();
            *card.warehouses.get_mut(&warehouse).ok_or(Refusal::NoSuchWarehouse)? = shards;
            Ok(card)
        };
        let changed = self.change_card(actor, variant, seen, receipt, split).await?;
        if let Err(trouble) = self.carry_over(variant, warehouse).await {
            tracing::warn!(%variant, error = %trouble, "stock lies unevenly until it is split again");
        }
        Ok(changed)
    }

    /// Carries free units over until they lie evenly. Where many buy, a large transaction loses
    /// every race; so each loss makes the next one smaller, and each success is one step. Who splits
    /// waits for it, so the first loss after the deadline is the last.
    async fn carry_over(&self, variant: VariantId, warehouse: WarehouseId) -> Result<(), AppError> {
        let (mut most_cells, mut attempts, mut lost) = (MOST_CELLS, self.store.attempts(), true);
        while !lost || attempts.next().await {
            let Some(shelf) = self.store.shelf(variant).await? else { return Ok(()) };
            let Some(shards) = shelf.card.warehouses.get(&warehouse) else { return Ok(()) };
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
