//! What is read of stock: shelves, the ledger, and what other systems know by a number.

use std::sync::PoisonError;

use dynamo::Cursor;
use ids::{MerchantId, Sku, VariantId};

use super::{App, AppError, Refusal};
use crate::domain::Movement;
use crate::store::Shelf;

impl App {
    /// The shelf of a merchant's variant. Another merchant's is as unknown as one that is not there.
    pub(crate) async fn shelf_of(&self, merchant: MerchantId, variant: VariantId) -> Result<Shelf, AppError> {
        let shelf = self.store.shelf(variant).await?;
        Ok(shelf.filter(|shelf| shelf.card.body.merchant == merchant).ok_or(Refusal::NoSuchStock)?)
    }

    pub(super) async fn stocked_shelf(
        &self,
        merchant: MerchantId,
        variant: VariantId,
    ) -> Result<Shelf, AppError> {
        let shelf = self.shelf_of(merchant, variant).await?;
        if shelf.card.body.is_stocked() { Ok(shelf) } else { Err(Refusal::NotStocked.into()) }
    }

    /// The ledger of a variant of the merchant, newest first.
    pub(crate) async fn list_movements(
        &self,
        merchant: MerchantId,
        variant: VariantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Movement>, Option<Cursor>), AppError> {
        let card = self.store.cards(&[variant]).await?.remove(&variant);
        card.filter(|card| card.merchant == merchant).ok_or(Refusal::NoSuchStock)?;
        Ok(self.store.movements(variant, limit, after).await?)
    }

    /// How many can be bought now of the variant with this number.
    pub(crate) async fn read_free(&self, sku: Sku) -> Result<u64, AppError> {
        let variant = self.store.variant_with(sku).await?.ok_or(Refusal::NoSuchStock)?;
        Ok(self.store.shelf(variant).await?.ok_or(Refusal::NoSuchStock)?.free())
    }

    pub(super) fn chance(&self) -> u64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }
}
