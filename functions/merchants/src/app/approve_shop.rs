//! The market lets a shop sell.

use dynamo::Versioned;

use super::{Actor, App, AppError};
use crate::domain::{Refusal, Shop};

impl App {
    /// Lets a shop sell. From here on its address is its own; where another shop has what it wished for,
    /// it gets the one that is made of its name and its id, and may choose again.
    pub(crate) async fn approve_shop(&self, actor: &Actor) -> Result<Versioned<Shop>, AppError> {
        let approved = self.change(actor, |shop, now| shop.approve(now)).await;
        let Err(AppError::Refused(Refusal::SlugTaken)) = approved else { return approved };
        let fall_back = |shop: &mut Shop, now| {
            shop.wish_for_own_slug();
            shop.approve(now)
        };
        self.change(actor, fall_back).await
    }
}
