//! One way to change an aggregate: load it, decide, save it with all that follows from it; and retry
//! from the beginning when another writer was faster.
//!
//! An [`Aggregate`] is a document with a version. [`Table::change`] is the whole loop for one of them;
//! a use case that touches several takes its parts: [`Attempts`](crate::Attempts), [`transition`] and
//! [`Table::try_commit`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clock::Clock;
use facts::Unsent;
use failure::{AppError, Failure};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Answer, Claim, Error, Key, Refusal, Save, Stored, Table, Write};

/// A body with its version, 0 for one that is not saved yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The version.
    pub version: u64,
    /// The body.
    pub body: T,
}

/// A document that a room saves version by version, with its facts and with the items that follow from
/// it.
pub trait Aggregate: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Why the room does not allow something.
    type Refusal: failure::Refusal;

    /// Its id: the subject of its facts and their group in the queue.
    fn subject(&self) -> String;

    /// The body that a change begins with where none is saved, or the refusal.
    fn missing() -> Result<Self, Self::Refusal>;

    /// When TTL may delete it.
    fn expires(&self) -> Option<Timestamp> {
        None
    }

    /// The facts of this version compared with the one before, whatever the decision was.
    fn tells(&self, _before: Option<&Self>) -> Vec<Unsent> {
        Vec::new()
    }

    /// The writes that bring the items that follow from the version before up to this one.
    fn follows(&self, _before: Option<&Self>) -> Result<Vec<Write>, Error> {
        Ok(Vec::new())
    }

    /// The refusal that failed conditions mean in the room; `None` when another writer was faster.
    fn judge(_refusals: &[Refusal]) -> Option<Self::Refusal> {
        None
    }
}

/// The receipt of the answer to a command. Its write belongs into the commit that does the work.
pub struct Receipt<T> {
    write: Arc<Remember<T>>,
}

type Remember<T> = dyn Fn(&T) -> Result<Write, Error> + Send + Sync;

/// A change before it is saved: its key, its conditions and the writes beside it.
pub struct Change<'a, T: Aggregate> {
    table: &'a Table,
    clock: &'a Clock,
    key: Key,
    read: Option<Versioned<T>>,
    seen: Option<u64>,
    allowed: Option<Allowed<'a, T>>,
    beside: Vec<Write>,
    receipt: Option<Receipt<Versioned<T>>>,
}

type Allowed<'a, T> = Box<dyn Fn(&T) -> Result<(), <T as Aggregate>::Refusal> + Send + Sync + 'a>;

impl<T> Versioned<T> {
    /// Refuses when the caller has seen another version.
    pub fn is_seen(&self, seen: Option<u64>) -> Result<(), Failure> {
        match seen {
            Some(seen) if seen != self.version => Err(Failure::Stale { seen, is: self.version }),
            _ => Ok(()),
        }
    }

    /// Another body at the same version.
    pub fn with<U>(&self, body: U) -> Versioned<U> {
        Versioned { version: self.version, body }
    }
}

impl<T> From<Stored<T>> for Versioned<T> {
    fn from(stored: Stored<T>) -> Versioned<T> {
        Versioned { version: stored.version, body: stored.body }
    }
}

impl<T: 'static> Receipt<T> {
    /// Keeps under this claim the answer that `answer` makes of the outcome. `written` is set as soon
    /// as the write has been asked for.
    pub fn new(
        claim: Claim,
        written: Arc<AtomicBool>,
        answer: impl Fn(&T) -> Result<Answer, Error> + Send + Sync + 'static,
    ) -> Receipt<T> {
        let write = move |outcome: &T| {
            let write = claim.finish(&answer(outcome)?);
            written.store(true, Ordering::Relaxed);
            Ok(write)
        };
        Receipt { write: Arc::new(write) }
    }

    /// The write that keeps the answer to this outcome.
    pub fn write(&self, outcome: &T) -> Result<Write, Error> {
        (self.write)(outcome)
    }

    /// The receipt of an outcome that holds this one.
    pub fn of<U>(self, outcome: impl Fn(&U) -> T + Send + Sync + 'static) -> Receipt<U> {
        Receipt { write: Arc::new(move |made: &U| (self.write)(&outcome(made))) }
    }
}

impl Table {
    /// A change of the aggregate under a key.
    pub fn change<'a, T: Aggregate>(&'a self, clock: &'a Clock, key: Key) -> Change<'a, T> {
        let (read, seen, allowed, beside, receipt) = (None, None, None, Vec::new(), None);
        Change { table: self, clock, key, read, seen, allowed, beside, receipt }
    }

    /// The aggregate under a key as it was last written, or the body that a change of it begins with.
    pub async fn load<T: Aggregate>(&self, key: &Key) -> Result<Versioned<T>, AppError<T::Refusal>> {
        match self.get::<T>(key).await? {
            Some(found) => Ok(found.into()),
            None => Ok(Versioned { version: 0, body: T::missing().map_err(AppError::Refused)? }),
        }
    }

    /// Saves the first version of an aggregate, if there is none.
    pub async fn create<T: Aggregate>(
        &self,
        key: Key,
        body: T,
        facts: Vec<Unsent>,
        receipt: Option<Receipt<Versioned<T>>>,
        now: Timestamp,
    ) -> Result<Versioned<T>, AppError<T::Refusal>> {
        let new = Versioned { version: 1, body };
        let mut writes = transition(key, None, &new.body, facts, now)?;
        writes.extend(receipt.map(|receipt| receipt.write(&new)).transpose()?);
        // A new id is in use nowhere, so a conflict here is a defect in how the id was made.
        if self.try_commit(writes, T::judge).await? { Ok(new) } else { Err(Failure::overtaken().into()) }
    }

    /// Commits the writes of an attempt. False means that another writer was faster and the use case
    /// has to decide again. A request that has lost its `Idempotency-Key` to another gives up.
    pub async fn try_commit<R>(
        &self,
        writes: Vec<Write>,
        judge: impl FnOnce(&[Refusal]) -> Option<R>,
    ) -> Result<bool, AppError<R>> {
        match self.commit(writes).await {
            Ok(()) => Ok(true),
            Err(Error::Refused(refusals)) if refusals.iter().any(Refusal::is_lost_claim) => {
                Err(Failure::Busy("another request has taken over the Idempotency-Key".into()).into())
            }
            Err(Error::Refused(refusals)) => match judge(&refusals) {
                Some(refusal) => Err(AppError::Refused(refusal)),
                None => Ok(false),
            },
            Err(error) => Err(error.into()),
        }
    }
}

impl<'a, T: Aggregate> Change<'a, T> {
    /// The first attempt begins with this body, which was read before.
    #[must_use]
    pub fn read(self, read: Versioned<T>) -> Self {
        Change { read: Some(read), ..self }
    }

    /// The version that the caller has seen; any other is refused.
    #[must_use]
    pub fn seen(self, seen: Option<u64>) -> Self {
        Change { seen, ..self }
    }

    /// A condition on the body, checked at every version that is decided on.
    #[must_use]
    pub fn allowed(self, allowed: impl Fn(&T) -> Result<(), T::Refusal> + Send + Sync + 'a) -> Self {
        Change { allowed: Some(Box::new(allowed)), ..self }
    }

    /// Writes for the same commit.
    #[must_use]
    pub fn beside(self, beside: impl IntoIterator<Item = Write>) -> Self {
        Change { beside: beside.into_iter().collect(), ..self }
    }

    /// The receipt, kept in the same commit.
    #[must_use]
    pub fn receipt(self, receipt: impl Into<Option<Receipt<Versioned<T>>>>) -> Self {
        Change { receipt: receipt.into(), ..self }
    }

    /// Lets the decision change the body, and saves it.
    pub async fn decide(
        mut self,
        decide: impl Fn(&mut T, Timestamp) -> Result<Vec<Unsent>, T::Refusal> + Send + Sync,
    ) -> Result<Versioned<T>, AppError<T::Refusal>> {
        let mut attempts = self.table.attempts();
        while attempts.next().await {
            let old = match self.read.take() {
                Some(read) => read,
                None => self.table.load(&self.key).await?,
            };
            if let Some(allowed) = &self.allowed {
                allowed(&old.body).map_err(AppError::Refused)?;
            }
            old.is_seen(self.seen)?;
            let (mut body, now) = (old.body.clone(), self.clock.now());
            let facts = decide(&mut body, now).map_err(AppError::Refused)?;
            let new = Versioned { version: old.version + 1, body };
            let mut writes = transition(self.key.clone(), Some(&old), &new.body, facts, now)?;
            writes.extend(self.beside.iter().cloned());
            writes.extend(self.receipt.as_ref().map(|receipt| receipt.write(&new)).transpose()?);
            if self.table.try_commit(writes, T::judge).await? {
                return Ok(new);
            }
        }
        Err(Failure::overtaken().into())
    }
}

/// All writes of the next version: the aggregate with its facts, and the items that follow from it.
pub fn transition<T: Aggregate>(
    key: Key,
    old: Option<&Versioned<T>>,
    new: &T,
    mut facts: Vec<Unsent>,
    at: Timestamp,
) -> Result<Vec<Write>, Error> {
    let before = old.map(|old| &old.body);
    facts.extend(new.tells(before));
    let (subject, loaded) = (new.subject(), old.map_or(0, |old| old.version));
    let save = Write::save(Save { key, aggregate: &subject, loaded, body: new, facts, at })?;
    let mut writes = vec![match new.expires() {
        Some(after) => save.expiring(after),
        None => save,
    }];
    writes.extend(new.follows(before)?);
    Ok(writes)
}
