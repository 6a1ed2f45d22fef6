//! Reservations: one item for each owner, saved in one transaction with the cells that it changes.

use dynamo::{Condition, Error, Item, Key, Refusal, Save, Versioned, Write, decode};
use ids::VariantId;
use jiff::{SignedDuration, Timestamp};

use super::{Store, change, keys};
use crate::domain::{Owner, Reservation, State, Transition};

/// TTL comes an hour after the end of a hold that was not released: long after the timer.
const SWEPT_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// For so long the same request about something that is over gets the same answer.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Why a transition was not saved: another writer was faster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busy {
    /// The owner's reservation as it is instead, or that there is none, if that is what stood in the way.
    pub reservation: Option<Option<Versioned<Reservation>>>,
    /// The variants of which a cell had less free than was to be taken.
    pub short: Vec<VariantId>,
}

impl Busy {
    fn of(key: &Key, refused: Vec<Refusal>) -> Result<Busy, Error> {
        let mut busy = Busy::default();
        for refusal in refused {
            if refusal.key == *key {
                busy.reservation = Some(refusal.found.map(versioned).transpose()?);
            } else if let Some(cell) = keys::cell_of(&refusal.key) {
                busy.short.push(cell.variant);
            }
        }
        Ok(busy)
    }
}

/// The reservation that TTL has deleted, as it last was, from what the stream shows of a deleted item;
/// nothing if it was something else.
pub fn swept(old: Item) -> Result<Option<Versioned<Reservation>>, Error> {
    let key = Key::of(&old).filter(|key| key.sk == keys::RESERVATION && key.pk.starts_with("rsv#"));
    key.map(|_| versioned(old)).transpose()
}

fn versioned(item: Item) -> Result<Versioned<Reservation>, Error> {
    decode(item).map(Versioned::from)
}

impl Store {
    pub async fn reservation(&self, owner: &Owner) -> Result<Option<Versioned<Reservation>>, Error> {
        Ok(self.table.get(&keys::reservation(owner)).await?.map(Versioned::from))
    }

    /// Saves a reservation's next version with the cells that it changes, or says who was faster.
    pub async fn save_reservation(
        &self,
        loaded: u64,
        transition: &Transition,
        now: Timestamp,
    ) -> Result<Result<(), Busy>, Error> {
        let key = keys::reservation(&transition.reservation.owner);
        let write = next(Write::save, key.clone(), loaded, transition, now)?;
        let write = match transition.only_while_alive_at {
            // Once more and by DynamoDB: what has expired is not extended and not sold.
            Some(now) => write.when(Condition::AtLeast("expires_at", now.as_millisecond() + 1)),
            None => write,
        };
        match self.table.commit(with_cells(write, transition)).await {
            Ok(()) => Ok(Ok(())),
            Err(Error::Refused(refused)) => Busy::of(&key, refused).map(Err),
            Err(error) => Err(error),
        }
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
        let key = keys::swept(&transition.reservation.owner, transition.reservation.id);
        let write = next(Write::revive, key.clone(), loaded, transition, now)?;
        match self.table.commit(with_cells(write, transition)).await {
            Err(error) if error.refused(&key) => Ok(()),
            outcome => outcome,
        }
    }
}

/// The reservation's next version, and when TTL may delete it. What is committed stays: it explains what
/// is sold.
fn next(
    save: fn(Save<'_, Reservation>) -> Result<Write, Error>,
    key: Key,
    loaded: u64,
    transition: &Transition,
    at: Timestamp,
) -> Result<Write, Error> {
    let body = &transition.reservation;
    let (aggregate, facts) = (body.id.to_string(), vec![transition.fact.clone()]);
    let write = save(Save { key, aggregate: &aggregate, loaded, body, facts, at })?;
    Ok(match body.state {
        State::Active => write.expiring(body.expires_at + SWEPT_AFTER),
        State::Expired | State::Released => write.expiring(at + REMEMBERED_FOR),
        State::Committed => write,
    })
}

fn with_cells(write: Write, transition: &Transition) -> Vec<Write> {
    let cells = transition.changes.iter().map(|(cell, by)| change(cell, by));
    std::iter::once(write).chain(cells).collect()
}
