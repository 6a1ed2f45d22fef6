//! A shop is no more: the pictures of its products go, a page of products at a time.
//!
//! A shop may have a hundred thousand products, and a function has a minute: when a page is done, how far
//! it came is saved together with a fact that the room itself hears, and the hearing of it goes on. A page
//! that is done twice finds nothing the second time. A closed shop names no new picture, so what is behind
//! the sweep stays clean.

use dynamo::Cursor;
use failure::Failure;
use futures::future::try_join_all;
use ids::{MerchantId, ProductId};

use super::{App, AppError};

/// How many products are looked at in one go.
const PAGE: u16 = 25;

impl App {
    /// Takes the pictures of a page of a closed shop's products away, from behind a place in their list.
    pub async fn sweep_shop(&self, merchant: MerchantId, from: Option<String>) -> Result<(), AppError> {
        let after = from.clone().map(Cursor::behind);
        let (products, next) = self.store.pictured(merchant, PAGE, after).await?;
        try_join_all(products.into_iter().map(|product| self.clear_media(product))).await?;
        let Some(next) = next else { return Ok(()) };
        let (from, now) = (from.as_deref(), self.clock.now());
        Ok(self.store.note_sweep(merchant, from, next.sort_key(), now).await?)
    }

    async fn clear_media(&self, product: ProductId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.product(product).await? else { return Ok(()) };
            let (mut new, now) = (old.body.clone(), self.clock.now());
            if !new.clear_media(now) || self.store.save(Some(&old), &new, Vec::new(), Vec::new(), now).await?
            {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
