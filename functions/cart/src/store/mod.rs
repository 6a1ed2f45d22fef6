//! The only folder that says table, key or item.
//!
//! [`Store`] reads and writes what the use cases decide on. An addition goes out as one update with
//! the conditions that make it right, with no reading before it; everything else is read, decided
//! and saved as the next version, if no other writer has saved one meanwhile.

mod books;
mod item;
mod keys;

use dynamo::{Attempts, Condition, Error, Key, Table, Update, Versioned, Write, decode};
use failure::Failure;
use jiff::Timestamp;

use crate::app::AppError;
use crate::domain::{Addition, Cart, Owner};

pub use books::read_books;

#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A cart as it was found or left. It is more than a version and a body: the marks of its writers go with
/// it, and each save puts them back.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub version: u64,
    pub cart: Cart,
    /// Who wrote it last, newest first: an addition that comes again is known by it.
    pub marks: Vec<String>,
}

impl Kept {
    pub fn nowhere(cart: Cart) -> Kept {
        Kept { version: 0, cart, marks: Vec::new() }
    }

    pub fn is_seen(&self, seen: Option<u64>) -> Result<(), Failure> {
        Versioned { version: self.version, body: () }.is_seen(seen)
    }
}

/// What an addition came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    /// It lies in the cart, which is shown unless a receipt went with it.
    In(Option<Kept>),
    /// It does not, because of what was found.
    Out(Kept),
}

impl Store {
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// The owner's cart as it was last written, alive or not.
    pub async fn cart(&self, owner: Owner) -> Result<Option<Kept>, Error> {
        let found = self.table.get(&keys::cart(owner)).await?;
        found.map(item::read).transpose()
    }

    /// Puts something into the owner's cart, which need not be there yet.
    pub async fn add(
        &self,
        owner: Owner,
        addition: &Addition,
        now: Timestamp,
        memory: Option<Write>,
    ) -> Result<Put, Error> {
        let (key, expires) = (keys::cart(owner), now + owner.life());
        let update = Write::update(key.clone(), item::addition(addition, now, expires)?);
        let update = update.expiring(expires).when(item::admission(addition, now));
        let outcome = match memory {
            None => self.table.update(update).await.and_then(decode).map(Some),
            Some(memory) => self.table.commit(vec![update, memory]).await.map(|()| None),
        };
        match outcome {
            Ok(now) => Ok(Put::In(now.map(item::read).transpose()?)),
            Err(error) => Ok(Put::Out(found(&key, error)?)),
        }
    }

    /// Saves the next version of a cart that was read, and shows it, unless another writer has saved
    /// one meanwhile.
    pub async fn save(
        &self,
        owner: Owner,
        loaded: &Kept,
        cart: Cart,
        memory: Option<Write>,
    ) -> Result<Option<Kept>, AppError> {
        let saved = Kept { cart, ..loaded.clone() };
        let writes = std::iter::once(next(owner, &saved)?).chain(memory).collect();
        let first = self.table.try_commit(writes, |_| None).await?;
        Ok(first.then(|| Kept { version: saved.version + 1, ..saved }))
    }

    /// Saves the next versions of two carts that were read, both or none.
    pub async fn save_both(&self, carts: [(Owner, &Kept); 2]) -> Result<bool, AppError> {
        let writes = carts.iter().map(|(owner, kept)| next(*owner, kept));
        self.table.try_commit(writes.collect::<Result<_, _>>()?, |_| None).await
    }

    /// Lets the cart live until then, if it is still the same. It is no new version: nothing in it has
    /// changed.
    pub async fn extend(&self, owner: Owner, loaded: u64, until: Timestamp) -> Result<bool, Error> {
        let key = keys::cart(owner);
        let update = Update::new().count(item::EXPIRES, until.as_millisecond());
        let update = Write::update(key.clone(), update).expiring(until).when(Condition::version(loaded));
        match self.table.update(update).await {
            Err(error) if error.refused(&key) => Ok(false),
            outcome => outcome.map(|_| true),
        }
    }

    pub async fn forget(&self, owner: Owner) -> Result<(), Error> {
        self.table.commit(vec![Write::delete(keys::cart(owner))]).await
    }
}

fn next(owner: Owner, kept: &Kept) -> Result<Write, Error> {
    let item = item::of_cart(&kept.cart, &kept.marks)?;
    Ok(Write::next(keys::cart(owner), kept.version, item).expiring(kept.cart.expires_at))
}

/// What stood in the way of an addition, if it was the cart itself.
fn found(key: &Key, error: Error) -> Result<Kept, Error> {
    match error {
        Error::Refused(refusals) => {
            let mine = refusals.iter().find(|refusal| refusal.key == *key);
            match mine.and_then(|refusal| refusal.found.clone()) {
                Some(found) => item::read(decode(found)?),
                None => Err(Error::Refused(refusals)),
            }
        }
        error => Err(error),
    }
}
