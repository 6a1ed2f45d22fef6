//! Looking: one product, or a page of a shelf.

use std::time::Duration;

use blob::GetTerms;
use dynamo::{Cursor, Versioned};
use ids::{MediaId, MerchantId, ProductId, Sku};

use super::{App, AppError};
use crate::domain::{Locale, MediaState, Product, Refusal, Slug, State};
use crate::store::objects::PICTURES;
use crate::store::{Card, Line, Shelf};

/// How long a link to a picture lasts. Browsers are told to keep it for less.
const PICTURE_LASTS: Duration = Duration::from_secs(3600);

/// How many numbers are looked up together.
const NUMBERS_AT_ONCE: u16 = 100;
/// How many times that may be nothing that is on sale.
const MOST_PASSED_OVER: usize = 20;

impl App {
    /// A public product: one that is on the shelves of a shop that sells.
    pub async fn get_product(&self, id: ProductId) -> Result<Versioned<Product>, AppError> {
        let kept = self.store.peek_product(id).await?;
        let kept = kept.filter(|kept| kept.body.state == State::Published);
        let kept = kept.ok_or(Refusal::NoSuchProduct)?;
        match self.is_open(kept.body.merchant).await? {
            true => Ok(kept),
            false => Err(Refusal::NoSuchProduct.into()),
        }
    }

    pub async fn get_product_by_slug(
        &self,
        locale: &Locale,
        slug: &Slug,
    ) -> Result<Versioned<Product>, AppError> {
        let id = self.store.product_at(locale, slug).await?;
        self.get_product(id.ok_or(Refusal::NoSuchProduct)?).await
    }

    pub async fn get_merchant_product(
        &self,
        merchant: MerchantId,
        id: ProductId,
    ) -> Result<Versioned<Product>, AppError> {
        let kept = self.store.product(id).await?;
        Ok(kept.filter(|kept| kept.body.merchant == merchant).ok_or(Refusal::NoSuchProduct)?)
    }

    /// A page of a shelf. What stands there of shops that do not sell is passed over.
    pub async fn list_products(
        &self,
        shelf: Shelf,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Card>, Option<Cursor>), AppError> {
        let (mut cards, next) = self.store.shelf(shelf, limit, after, self.clock.now()).await?;
        let open = self.open_shops(cards.iter().map(|card| card.merchant)).await?;
        cards.retain(|card| open.contains(&card.merchant));
        Ok((cards, next))
    }

    pub async fn get_media(&self, product: ProductId, media: MediaId) -> Result<String, AppError> {
        let kept = self.get_product(product).await?;
        let shown = kept.body.media.iter().find(|m| m.id == media && m.state == MediaState::Ready);
        let content_type = shown.ok_or(Refusal::NoPicture)?.kind.as_str();
        let key = PICTURES.name(product, media);
        let terms = GetTerms { key: &key, content_type, save_as: None, expires: PICTURE_LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?.url)
    }

    pub async fn get_numbered(&self, sku: Sku) -> Result<Line, AppError> {
        let found = self.store.numbered(sku).await?;
        let found = self.on_sale(found.into_iter().collect()).await?.pop();
        Ok(found.ok_or(Refusal::NoSuchProduct)?)
    }

    /// Up to so many variants that can be bought, by number, from behind this one on.
    pub async fn list_numbered(&self, after: Option<Sku>, count: usize) -> Result<Vec<Line>, AppError> {
        let (mut after, mut found) = (after, Vec::new());
        // Numbers of what is not on sale are passed over, but not without end.
        for _ in 0..count / usize::from(NUMBERS_AT_ONCE) + MOST_PASSED_OVER {
            if found.len() >= count {
                break;
            }
            let (page, last) = self.store.numbered_after(after, NUMBERS_AT_ONCE).await?;
            if last.is_none() {
                break;
            }
            after = last;
            found.extend(self.on_sale(page).await?);
        }
        found.truncate(count);
        Ok(found)
    }

    pub(super) async fn on_sale(&self, lines: Vec<Line>) -> Result<Vec<Line>, AppError> {
        let lines: Vec<Line> = lines.into_iter().filter(Line::on_sale).collect();
        let open = self.open_shops(lines.iter().map(|line| line.merchant)).await?;
        Ok(lines.into_iter().filter(|line| open.contains(&line.merchant)).collect())
    }
}
