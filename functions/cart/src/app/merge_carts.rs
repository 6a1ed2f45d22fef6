//! A guest has signed in: what lay in the guest's cart goes into the account's.

use std::collections::BTreeMap;

use failure::Failure;
use ids::{AccountId, CartId};

use super::show_cart::heard;
use super::{App, AppError};
use crate::domain::{Cart, Merged, Outcome, Owner, Refusal, may_merge, merge};
use crate::store::Kept;

impl App {
    /// Makes one cart of two, in one transaction under the versions of both, so that what others put
    /// into either meanwhile is not lost. The same question gets the same answer. Written by hand, because
    /// the other cart is read and saved as well, and inventory is asked between the two.
    pub async fn merge_carts(&self, account: AccountId, guest: CartId) -> Result<Outcome, AppError> {
        let (mine, theirs) = (Owner::Account(account), Owner::Guest(guest));
        let mut shelf = None;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let found = self.store.cart(theirs).await?.filter(|kept| kept.cart.is_alive(now));
            let found = found.ok_or(Refusal::NoSuchGuestCart)?;
            if let Some(before) = may_merge(&found.cart, account)? {
                return Ok(before.outcome.clone());
            }
            let kept = self.cart_of(mine).await?;
            if shelf.is_none() {
                shelf = Some(self.room_for(&found.cart, &kept.cart).await);
            }
            let free = shelf.clone().flatten().unwrap_or_default();
            let merging = merge(&found.cart, &kept.cart, &free, mine.most());
            let moved = merging.mine != kept.cart;
            let version = kept.version + u64::from(moved);
            let outcome = Outcome { version, lines: merging.lines };
            // Its life is not begun again: it was not used as a guest's.
            let merged = Some(Merged { into: account, outcome: outcome.clone() });
            let theirs_now = Kept { cart: Cart { merged, ..merging.guest }, ..found };
            let saved = match moved {
                true => {
                    let mine_now = Kept { cart: merging.mine.used(mine, now), ..kept };
                    self.store.save_both([(mine, &mine_now), (theirs, &theirs_now)]).await?
                }
                false => self.store.save(theirs, &theirs_now, theirs_now.cart.clone(), None).await?.is_some(),
            };
            if saved {
                return Ok(outcome);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// How many there are of what the guest wants; nothing if inventory cannot be asked, and then
    /// nothing is clamped for its sake.
    async fn room_for(&self, guest: &Cart, mine: &Cart) -> Option<BTreeMap<ids::VariantId, u64>> {
        let mut wanted = BTreeMap::new();
        for (name, line) in guest.lines.iter().filter(|(_, line)| line.is_stocked()) {
            let own = mine.lines.get(name).map_or(0, |line| line.quantity);
            wanted.insert(line.variant, line.quantity.saturating_add(own));
        }
        heard(self.neighbours.shelf(&wanted).await, "inventory")
    }
}
