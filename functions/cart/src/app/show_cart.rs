//! Shows a cart: what lies in it, what it costs today, and whether it is still to be had.
//!
//! One reading, and one question to each of the rooms that know, both at once. A room that does not
//! answer costs the cart what it would have said, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use ask::AskError;
use ids::{CartId, Uuid};
use words::Locale;

use super::{App, AppError};
use crate::domain::{Cart, Offers, Owner, Review, Shelf};
use crate::store::Kept;

/// A cart with what other rooms say of it, as far as they could be asked.
#[derive(Clone, Debug)]
pub struct Shown {
    pub kept: Kept,
    pub offers: Option<Offers>,
    pub shelf: Option<Shelf>,
}

impl Shown {
    pub fn review(&self) -> Review<'_> {
        Review::of(&self.kept.cart, self.offers.as_ref(), self.shelf.as_ref())
    }
}

impl App {
    /// The owner's cart. A guest who has none is shown an empty one.
    pub async fn show_cart(&self, owner: Option<Owner>, locale: Option<&Locale>) -> Result<Shown, AppError> {
        let now = self.clock.now();
        let mut kept = match owner {
            Some(owner) => self.cart_of(owner).await?,
            None => Kept::nowhere(Cart::empty(Owner::Guest(CartId::from_uuid(Uuid::nil())), now)),
        };
        if let Some(owner) = owner
            && !kept.cart.lines.is_empty()
        {
            self.keep_alive(owner, &mut kept).await;
        }
        let (offers, shelf) = self.today(&kept.cart, locale).await;
        Ok(Shown { kept, offers: heard(offers, "catalog"), shelf: heard(shelf, "inventory") })
    }

    /// Begins the life of a cart that was looked at again, when less than half of it is left. The look
    /// itself does not fail for it: the next one tries it once more.
    pub(super) async fn keep_alive(&self, owner: Owner, kept: &mut Kept) {
        let now = self.clock.now();
        if !kept.cart.is_fading(owner, now) {
            return;
        }
        let until = now + owner.life();
        match self.store.extend(owner, kept.version, until).await {
            Ok(true) => kept.cart.expires_at = until,
            // The writer that was faster has begun its life again anyway.
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the life of a cart could not be begun again"),
        }
    }

    /// What the catalog says of everything in the cart, and inventory of what is kept on shelves.
    pub(super) async fn today(
        &self,
        cart: &Cart,
        locale: Option<&Locale>,
    ) -> (Result<Offers, AskError>, Result<Shelf, AskError>) {
        let variants: BTreeSet<_> = cart.lines.values().map(|line| line.variant).collect();
        let stocked = cart.lines.values().filter(|line| line.is_stocked());
        let wanted: BTreeMap<_, _> = stocked.map(|line| (line.variant, line.quantity)).collect();
        let offers = async {
            let Some(currency) = cart.currency else { return Ok(Offers::default()) };
            self.neighbours.offers(&variants, currency, locale).await
        };
        futures::join!(offers, self.neighbours.shelf(&wanted))
    }
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
