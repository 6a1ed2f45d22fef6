//! A product begins, as a draft with a title.

use dynamo::{Receipt, Versioned};
use ids::ProductId;

use super::{App, AppError};
use crate::domain::{NewProduct, Product};

impl App {
    pub async fn create_product(
        &self,
        new: NewProduct,
        receipt: Receipt<Versioned<Product>>,
    ) -> Result<Versioned<Product>, AppError> {
        let now = self.clock.now();
        let product = Product::create(ProductId::mint(&self.mint), new, now)?;
        self.store.create_product(product, receipt, now).await
    }
}
