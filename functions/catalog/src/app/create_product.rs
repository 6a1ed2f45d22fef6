//! A product begins, as a draft with a title.

use dynamo::{Receipt, Versioned};
use ids::{CategoryId, MerchantId, ProductId};

use super::{App, AppError};
use crate::domain::{Description, Locale, NewProduct, Product, Slug, Title};

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
