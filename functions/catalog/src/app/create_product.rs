//! A product begins, as a draft with a title.

use ids::{CategoryId, MerchantId, ProductId};

use super::{App, AppError, Sign};
use crate::domain::{Description, Locale, NewProduct, Product, Slug, Title};
use crate::store::{Change, Kept, Unsaved};

/// What a product begins with.
#[derive(Clone, Debug)]
pub struct CreateProduct {
    /// Its own language.
    pub locale: Locale,
    /// What it is called in it.
    pub title: Title,
    /// What is said of it.
    pub description: Option<Description>,
    /// The last part of its address; made from the title when missing.
    pub slug: Option<Slug>,
    /// Its categories.
    pub categories: Vec<CategoryId>,
}

impl App {
    /// Creates a draft.
    pub async fn create_product(
        &self,
        merchant: MerchantId,
        command: CreateProduct,
        sign: Sign<'_, Kept>,
    ) -> Result<Kept, AppError> {
        let CreateProduct { locale, title, description, slug, categories } = command;
        let categories = self.paths(&categories).await?;
        let id = ProductId::mint(&self.mint);
        let now = self.clock.now();
        let new = NewProduct { id, merchant, locale, title, description, slug, categories };
        let product = Kept { product: Product::create(new, now)?, version: 1 };
        let beside = vec![sign(&product).map_err(AppError::Door)?];
        let change = Change { old: None, new: &product.product, facts: Vec::new(), at: now, beside };
        match self.store.save(change).await {
            Ok(_) => Ok(product),
            Err(Unsaved::Refused(refusal)) => Err(refusal.into()),
            Err(Unsaved::Table(error)) => Err(error.into()),
            // A new id is nobody else's, so this is a repeated write of our own that met itself.
            Err(Unsaved::Overtaken) => Err(AppError::Busy),
        }
    }
}
