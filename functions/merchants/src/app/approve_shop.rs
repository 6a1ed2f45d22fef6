//! The market lets a shop sell.

use super::{Actor, App, Trouble};
use crate::domain::{Refusal, Shop, Tail};
use crate::store::Kept;

impl App {
    /// Lets a shop sell. From here on its address is its own; where another shop has what it wished for,
    /// it gets the one that is made of its name and its id, and may choose again.
    pub async fn approve_shop(&self, actor: &Actor) -> Result<Kept, Trouble> {
        let mut approved = self.change(actor, None, Shop::approve).await;
        for tail in [Tail::Short, Tail::Whole] {
            let Err(Trouble::Refused(Refusal::SlugTaken)) = approved else { break };
            let fall_back = |shop: &mut Shop, now| {
                shop.wish_for_own_slug(tail);
                shop.approve(now)
            };
            approved = self.change(actor, None, fall_back).await;
        }
        approved
    }
}
