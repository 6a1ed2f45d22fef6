//! Shows a cart: what lies in it, what it costs today, and whether it is still to be had.
//!
//! One reading, and one question to each of the rooms that know, both at once. A room that does not
//! answer costs the cart what it would have said, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use ask::AskError;
use words::Locale;

use super::{App, AppError};
use crate::domain::{Cart, Offers, Owner, Review, Shelf};
use crate::store::Kept;

/// A cart with what others say of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub kept: Kept,
    /// What the catalog says, if it could be asked.
    pub offers: Option<Offers>,
    /// What inventory says, if it could be asked.
    pub shelf: Option<Shelf>,
}

impl Shown {
    pub fn review(&self) -> Review<'_> {
        Review::of(&self.kept.cart, self.offers.as_ref(), self.shelf.as_ref())
    }
}

impl App {
    /// The owner's cart. Somebody who has none is shown an empty one.
    pub async fn show_cart(&self, owner: Option<Owner>, locale: Option<&Locale>) -> Result<Shown, AppError> {
        let now = self.clock.now();
        let mut kept = match owner {
            Some(owner) => self.cart_of(owner).await?,
            None => Kept::nowhere(nobodys(now)),
        };
        if let Some(owner) = owner
            && !kept.cart.lines.is_empty()
        {
            self.keep_alive(owner, &mut kept).await;
        }
        let (offers, shelf) =
            futures::join!(self.todays_offers(&kept.cart, locale), self.todays_shelf(&kept.cart));
        Ok(Shown { kept, offers: heard(offers, "catalog"), shelf: heard(shelf, "inventory") })
    }

    /// Begins the life of a cart that was looked at again, when less than half of it is left. The look
    /// itself does not fail for it: whoever looks once more tries it once more.
    pub(super) async fn keep_alive(&self, owner: Owner, kept: &mut Kept) {
        let now = self.clock.now();
        if !kept.cart.is_fading(owner, now) {
            return;
        }
        let until = now + owner.life();
        match self.store.extend(owner, kept.version, until).await {
            Ok(true) => kept.cart.expires_at = until,
            // Whoever wrote meanwhile has begun its life again anyway.
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the life of a cart could not be begun again"),
        }
    }

    /// What the catalog says of everything in the cart.
    pub(super) async fn todays_offers(
        &self,
        cart: &Cart,
        locale: Option<&Locale>,
    ) -> Result<Offers, AskError> {
        let Some(currency) = cart.currency else { return Ok(Offers::default()) };
        let variants: BTreeSet<_> = cart.lines.values().map(|line| line.variant).collect();
        self.neighbours.offers(&variants, currency, locale).await
    }

    /// How many there are of everything in the cart that is kept on shelves.
    pub(super) async fn todays_shelf(&self, cart: &Cart) -> Result<Shelf, AskError> {
        let mut wanted = BTreeMap::new();
        for line in cart.lines.values().filter(|line| line.is_stocked()) {
            wanted.insert(line.variant, line.quantity);
        }
        self.neighbours.shelf(&wanted).await
    }
}

/// The cart of somebody who has none yet.
fn nobodys(now: jiff::Timestamp) -> Cart {
    Cart::empty(Owner::Guest(ids::CartId::from_uuid(ids::Uuid::nil())), now)
}

/// What a room said, or nothing and a line in the log.
pub(super) fn heard<T>(answer: Result<T, AskError>, room: &'static str) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(error) => {
            observe::count("shown_unchecked", 1);
            tracing::warn!(room, %error, "a cart is shown without what this room would say");
            None
        }
    }
}
