//! A proposal is put on the shelves.

use super::{App, Target, Trouble};
use crate::store::Kept;

impl App {
    /// Publishes the product.
    pub async fn publish_product(&self, target: Target) -> Result<Kept, Trouble> {
        self.change(target, None, |product, now| product.publish(now)).await
    }
}
