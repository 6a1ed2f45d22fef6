//! What nearly every command of the room is: a change of one product.

use dynamo::{Receipt, Versioned};
use ids::{CategoryId, MerchantId, ProductId};
use jiff::Timestamp;

use super::{App, AppError};
use crate::domain::{Decided, Product, Refusal};

/// The product that a merchant acts on, and which version of it the person has seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Whose it must be; the people of the market act on anybody's.
    pub merchant: Option<MerchantId>,
    pub product: ProductId,
    /// The version that was seen, if one was said.
    pub seen: Option<u64>,
}

impl App {
    /// Changes a product as `decide` says. Another merchant's is as unknown as one that is not there.
    pub(crate) async fn change(
        &self,
        target: Target,
        decide: impl Fn(&mut Product, Timestamp) -> Decided + Send + Sync,
    ) -> Result<Versioned<Product>, AppError> {
        self.change_with(target, None, decide).await
    }

    /// The same together with the memory of the answer.
    pub(crate) async fn change_with(
        &self,
        target: Target,
        receipt: Option<Receipt<Versioned<Product>>>,
        decide: impl Fn(&mut Product, Timestamp) -> Decided + Send + Sync,
    ) -> Result<Versioned<Product>, AppError> {
        let change = self.store.change_product(&self.clock, target.product).seen(target.seen);
        change.allowed(|product| target.admits(product)).receipt(receipt).decide(decide).await
    }

    /// The ways from the root to these categories. One that was created a moment ago may be
    /// missing from a cheap reading, so the tree is read as it was last written.
    pub(crate) async fn paths(&self, categories: &[CategoryId]) -> Result<Vec<Vec<CategoryId>>, AppError> {
        if categories.is_empty() {
            return Ok(Vec::new());
        }
        let tree = self.store.categories(true).await?.body;
        let paths: Result<_, Refusal> = categories.iter().map(|category| tree.path(*category)).collect();
        Ok(paths?)
    }
}

impl Target {
    fn admits(&self, product: &Product) -> Result<(), Refusal> {
        match self.merchant {
            Some(merchant) if merchant != product.merchant => Err(Refusal::NoSuchProduct),
            _ => Ok(()),
        }
    }
}
