//! Reservations: one item for each owner, saved in one transaction with the cells that it changes.

use dynamo::{Condition, Error, Item, Key, Save, Write};
use ids::VariantId;
use jiff::{SignedDuration, Timestamp};

use super::{Store, change, keys, stored};
use crate::domain::{Owner, Reservation, State, Transition};

/// TTL comes an hour after the end of a hold that was not released: long after the timer.
const SWEPT_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// For so long the same request about something that is over gets the same answer.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A reservation as it was found, with its version; version 0 when there is none.
pub type Found = (u64, Option<Reservation>);

/// Why a transition was not saved: somebody was faster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busy {
    /// What the owner's reservation says instead, if that is what stood in the way.
    pub reservation: Option<Found>,
    /// The variants of which a cell had less free than was to be taken.
    pub short: Vec<VariantId>,
}

/// A reservation that TTL has deleted, as it last was.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    pub version: u64,
    pub reservation: Reservation,
}

impl Swept {
    /// Reads what the stream shows of a deleted item. `None` is something else than a reservation.
    pub fn read(old: Item) -> Result<Option<Swept>, Error> {
        let key = Key::of(&old).filter(|key| key.sk == keys::RESERVATION && key.pk.starts_with("rsv#"));
        if key.is_none() {
            return Ok(None);
        }
        let (version, reservation) = stored(old)?;
        Ok(Some(Swept { version, reservation }))
    }
}

impl Store {
    pub async fn reservation(&self, owner: &Owner) -> Result<Option<(u64, Reservation)>, Error> {
        let found = self.table.get(&keys::reservation(owner)).await?;
        Ok(found.map(|found| (found.version, found.body)))
    }

    /// Saves a reservation's next version with the cells that it changes, or says who was faster.
    pub async fn save_reservation(
        &self,
        loaded: u64,
        transition: &Transition,
        now: Timestamp,
    ) -> Result<Result<(), Busy>, Error> {
        let reservation = &transition.reservation;
        let key = keys::reservation(&reservation.owner);
        let aggregate = reservation.id.to_string();
        let write = Write::save(save(key.clone(), &aggregate, loaded, transition, now))?;
        let write = match transition.only_while_alive_at {
            // Once more and by DynamoDB: what has expired is not extended and not sold.
            Some(now) => write.when(Condition::AtLeast("expires_at", now.as_millisecond() + 1)),
            None => write,
        };
        let outcome = self.table.commit(with_cells(kept(write, reservation, now), transition)).await;
        let refused = match outcome {
            Ok(()) => return Ok(Ok(())),
            Err(Error::Refused(refused)) => refused,
            Err(error) => return Err(error),
        };
        let mut busy = Busy::default();
        for refusal in refused {
            if refusal.key == key {
                busy.reservation = Some(match refusal.found {
                    Some(item) => stored(item).map(|(version, found)| (version, Some(found)))?,
                    None => (0, None),
                });
            } else if let Some(cell) = keys::cell_of(&refusal.key) {
                busy.short.push(cell.variant);
            }
        }
        Ok(Err(busy))
    }

    /// Saves the end of a reservation that TTL has deleted while its units were still held. The item
    /// is gone and its owner may have a new one by now, so the end lies beside it; that it is not
    /// there yet is what makes it happen once.
    pub async fn save_swept(
        &self,
        loaded: u64,
        transition: &Transition,
        now: Timestamp,
    ) -> Result<(), Error> {
        let reservation = &transition.reservation;
        let key = keys::swept(&reservation.owner, reservation.id);
        let aggregate = reservation.id.to_string();
        let write = Write::revive(save(key.clone(), &aggregate, loaded, transition, now))?;
        match self.table.commit(with_cells(kept(write, reservation, now), transition)).await {
            Err(error) if error.refused(&key) => Ok(()),
            outcome => outcome,
        }
    }
}

fn save<'a>(
    key: Key,
    aggregate: &'a str,
    loaded: u64,
    transition: &'a Transition,
    at: Timestamp,
) -> Save<'a, Reservation> {
    let facts = vec![transition.fact.clone()];
    Save { key, aggregate, loaded, body: &transition.reservation, facts, at }
}

/// When TTL may delete it. What is committed stays: it explains what is sold.
fn kept(write: Write, reservation: &Reservation, now: Timestamp) -> Write {
    match reservation.state {
        State::Active => write.expiring(reservation.expires_at + SWEPT_AFTER),
        State::Expired | State::Released => write.expiring(now + REMEMBERED_FOR),
        State::Committed => write,
    }
}

fn with_cells(write: Write, transition: &Transition) -> Vec<Write> {
    let cells = transition.changes.iter().map(|(cell, by)| change(cell, by));
    std::iter::once(write).chain(cells).collect()
}
