//! The market lets a shop sell.

use dynamo::Versioned;

use super::{Actor, App, AppError};
use crate::domain::{Refusal, Shop, Tail};

impl App {
    /// Lets a shop sell. From here on its address is its own; where another shop has what it wished for,
    /// it gets the one that is made of its name and its id, and may choose again.
    pub(crate) async fn approve_shop(&self, actor: &Actor) -> Result<Versioned<Shop>, AppError> {
        let mut approved = self.change(actor, Shop::approve).await;
        for tail in [Tail::Short, Tail::Whole] {
            let Err(AppError::Refused(Refusal::SlugTaken)) = approved else { break };
            let fall_back = |shop: &mut Shop, now| {
                shop.wish_for_own_slug(tail);
                shop.approve(now)
            };
            approved = self.change(actor, fall_back).await;
        }
        approved
    }
}
