//! What another room is told of a cart: exactly what was seen, or that it has changed.

use super::{App, AppError, Expected};
use crate::domain::Owner;
use crate::store::Kept;

impl App {
    /// The cart at this version.
    pub async fn read_cart(&self, owner: Owner, version: Expected) -> Result<Kept, AppError> {
        let kept = self.cart_of(owner).await?;
        if kept.cart.lines.is_empty() {
            return Err(AppError::NoSuchCart);
        }
        super::check(version, kept.version)?;
        Ok(kept)
    }
}
