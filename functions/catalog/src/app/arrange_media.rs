//! The pictures of a product in another order.

use ids::MediaId;

use super::{App, Target, Trouble};
use crate::store::Kept;

impl App {
    /// Puts the pictures into this order.
    pub async fn arrange_media(&self, target: Target, order: Vec<MediaId>) -> Result<Kept, Trouble> {
        self.change(target, None, |product, now| product.arrange_media(&order, now)).await
    }
}
