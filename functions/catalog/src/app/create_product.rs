//! A product begins, as a draft with a title.

use dynamo::{Receipt, Versioned};
use ids::{CategoryId, MerchantId, ProductId};

use super::{App, AppError};
use crate::domain::{Description, Locale, NewProduct, Product, Slug, Title};

#[derive(Clone, Debug)]
pub struct CreateProduct {
    /// Its own language.
    pub locale: Locale,
    pub title: Title,
    pub description: Option<Description>,
    /// The last part of its address; made from the title when missing.
    pub slug: Option<Slug>,
    pub categories: Vec<CategoryId>,
}

impl App {
    pub async fn create_product(
        &self,
        merchant: MerchantId,
        command: CreateProduct,
        receipt: Receipt<Versioned<Product>>,
    ) -> Result<Versioned<Product>, AppError> {
        let CreateProduct { locale, title, description, slug, categories } = command;
        let categories = self.paths(&categories).await?;
        let id = ProductId::mint(&self.mint);
        let now = self.clock.now();
        let new = NewProduct { id, merchant, locale, title, description, slug, categories };
        let product = Product::create(new, now)?;
        self.store.create_product(product, receipt, now).await
    }
}
