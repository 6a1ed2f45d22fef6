//! The pictures of a product in another order.

use ids::MediaId;

use super::{App, AppError, Target};
use crate::store::Kept;

impl App {
    /// Puts the pictures into this order.
    pub async fn arrange_media(&self, target: Target, order: Vec<MediaId>) -> Result<Kept, AppError> {
        self.change(target, None, |product, now| product.arrange_media(&order, now)).await
    }
}
