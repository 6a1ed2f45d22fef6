//! Cards that this instance has read lately, so that a reservation needs no reading at all.
//!
//! A card that is a little old does no harm: it only says where to look first. Whether something
//! lies there is judged by the write, and a use case that finds too little reads what really is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Clock;
use ids::VariantId;
use jiff::{SignedDuration, Timestamp};

use crate::domain::Card;
use crate::store::Store;

const FRESH_FOR: SignedDuration = SignedDuration::from_secs(60);
const MOST: usize = 10_000;
const MOST_AT_ONCE: usize = 100;

/// Each with the moment at which it was read.
type Known = HashMap<VariantId, (Timestamp, Arc<Card>)>;

#[derive(Clone)]
pub(super) struct Cards {
    store: Store,
    clock: Clock,
    known: Arc<Mutex<Known>>,
}

impl Cards {
    pub(super) fn new(store: Store, clock: Clock) -> Cards {
        Cards { store, clock, known: Arc::default() }
    }

    /// The cards of these variants, at most 100; unknown variants are left out, and asked for again
    /// next time: what is not there now may be there in a moment.
    pub(super) async fn of(
        &self,
        variants: impl Iterator<Item = VariantId>,
    ) -> Result<HashMap<VariantId, Arc<Card>>, dynamo::Error> {
        let now = self.clock.now();
        let mut cards = HashMap::new();
        let mut open = Vec::new();
        {
            let known = self.known();
            for variant in variants {
                match known.get(&variant).filter(|(read, _)| is_fresh(*read, now)) {
                    Some((_, card)) => drop(cards.insert(variant, card.clone())),
                    None => open.push(variant),
                }
            }
        }
        for some in open.chunks(MOST_AT_ONCE) {
            for (variant, card) in self.store.cards(some).await? {
                cards.insert(variant, self.learn(variant, card));
            }
        }
        Ok(cards)
    }

    /// Remembers a card that was read for another reason.
    pub(super) fn learn(&self, variant: VariantId, card: Card) -> Arc<Card> {
        let card = Arc::new(card);
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(variant, (self.clock.now(), card.clone()));
        card
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that has stepped back makes nothing fresh for ever.
fn is_fresh(read: Timestamp, now: Timestamp) -> bool {
    (SignedDuration::ZERO..FRESH_FOR).contains(&now.duration_since(read))
}
