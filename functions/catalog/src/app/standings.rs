//! Which shops sell, kept for a moment so that a page of goods does not ask again for each of them.
//!
//! What is decided is decided on what the table says; what is only shown, or priced, may be as old as
//! [`FRESH`]. Only shops that sell are kept: one that opens is seen as soon as the table shows it. A
//! shop that nothing was heard of does not sell.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use ids::MerchantId;
use jiff::{SignedDuration, Timestamp};

use super::{App, AppError};

/// For how long a shop that sold is taken to sell.
const FRESH: SignedDuration = SignedDuration::from_secs(15);
/// How many shops are kept in mind.
const MOST: usize = 10_000;
/// What one request to the table reads.
const AT_ONCE: usize = 100;

/// When this instance has last read that a shop sells.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<HashMap<MerchantId, Timestamp>>>);

impl Seen {
    fn open(&self, merchant: MerchantId, now: Timestamp) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back says nothing about how old this is.
        let fresh = |at: &Timestamp| (SignedDuration::ZERO..FRESH).contains(&now.duration_since(*at));
        seen.get(&merchant).is_some_and(fresh)
    }

    fn keep(&self, open: impl Iterator<Item = MerchantId>, now: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.extend(open.map(|merchant| (merchant, now)));
    }
}

impl App {
    pub(super) async fn open_shops(
        &self,
        merchants: impl IntoIterator<Item = MerchantId>,
    ) -> Result<BTreeSet<MerchantId>, AppError> {
        let now = self.clock.now();
        let asked: BTreeSet<MerchantId> = merchants.into_iter().collect();
        let (mut open, unseen): (BTreeSet<_>, BTreeSet<_>) =
            asked.into_iter().partition(|merchant| self.seen.open(*merchant, now));
        let unseen: Vec<MerchantId> = unseen.into_iter().collect();
        for some in unseen.chunks(AT_ONCE) {
            // On the heap: an ask in process polls two rooms on one stack.
            let found = Box::pin(self.store.open_among(some)).await?;
            self.seen.keep(found.iter().copied(), now);
            open.extend(found);
        }
        Ok(open)
    }

    pub(super) async fn is_open(&self, merchant: MerchantId) -> Result<bool, AppError> {
        Ok(!self.open_shops([merchant]).await?.is_empty())
    }
}
