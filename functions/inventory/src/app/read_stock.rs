//! Looking without touching: numbers for the merchant, words for the public, a count for LOMS.

use std::collections::HashMap;

use dynamo::Cursor;
use ids::{Sku, VariantId};

use super::{Actor, App, AppError};
use crate::domain::{Level, Movement};
use crate::store::Shelf;

impl App {
    /// Everything about a variant of the merchant.
    pub async fn read_stock(&self, actor: &Actor, variant: VariantId) -> Result<Shelf, AppError> {
        self.shelf_of(actor.merchant, variant).await
    }

    /// The ledger of a variant of the merchant, newest first.
    pub async fn list_movements(
        &self,
        actor: &Actor,
        variant: VariantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Movement>, Option<Cursor>), AppError> {
        let card = self.store.cards(&[variant]).await?.remove(&variant);
        card.filter(|card| card.merchant == actor.merchant).ok_or(AppError::NoSuchStock)?;
        Ok(self.store.movements(variant, limit, after).await?)
    }

    /// What the public may know of these variants; unknown ones are left out.
    pub async fn read_availability(
        &self,
        variants: &[VariantId],
    ) -> Result<HashMap<VariantId, Level>, AppError> {
        Ok(self.store.levels(variants).await?)
    }

    /// How many can be bought now of the variant with this number.
    pub async fn read_free(&self, sku: Sku) -> Result<u64, AppError> {
        let variant = self.store.variant_with(sku).await?.ok_or(AppError::NoSuchStock)?;
        let shelf = self.store.shelf(variant).await?.ok_or(AppError::NoSuchStock)?;
        Ok(shelf.free())
    }
}
