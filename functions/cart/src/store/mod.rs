//! The only folder that says table, key or item.
//!
//! [`Store`] reads and writes what the use cases decide on. An addition goes out as one update with
//! the conditions that make it right, so nobody reads before it; everything else is read, decided
//! and saved as the next version, if nobody else has saved one meanwhile.

mod books;
mod item;
mod keys;

use dynamo::{Attempts, Condition, Error, Key, Table, Update, Write, decode};
use jiff::Timestamp;

use crate::domain::{Addition, Cart, Owner};

pub use books::read_books;

/// What the room owns.
#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A cart as it was found or left, with its version.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The version.
    pub version: u64,
    /// The cart.
    pub cart: Cart,
    /// Who wrote it last, newest first: an addition that comes again is known by it.
    pub(crate) marks: Vec<String>,
}

impl Kept {
    /// A cart that is nowhere yet.
    pub(crate) fn nowhere(cart: Cart) -> Kept {
        Kept { version: 0, cart, marks: Vec::new() }
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
    /// What lies in this table.
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    /// What a use case measures its tries by when others may be faster.
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
        sign: Option<Write>,
    ) -> Result<Put, Error> {
        let (key, expires) = (keys::cart(owner), now + owner.life());
        let update = Write::update(key.clone(), item::addition(addition, now, expires)?);
        let update = update.expiring(expires).when(item::admission(addition, now));
        let outcome = match sign {
            None => self.table.update(update).await.and_then(decode).map(Some),
            Some(sign) => self.table.commit(vec![update, sign]).await.map(|()| None),
        };
        match outcome {
            Ok(now) => Ok(Put::In(now.map(item::read).transpose()?)),
            Err(error) => Ok(Put::Out(found(&key, error)?)),
        }
    }

    /// Saves the next version of a cart that was read, and shows it, unless somebody else has saved
    /// one meanwhile.
    pub async fn save(
        &self,
        owner: Owner,
        loaded: &Kept,
        cart: Cart,
        sign: Option<Write>,
    ) -> Result<Option<Kept>, Error> {
        let saved = Kept { cart, ..loaded.clone() };
        let writes = std::iter::once(next(owner, &saved)?).chain(sign).collect();
        let first = first(&keys::cart(owner), self.table.commit(writes).await)?;
        Ok(first.then(|| Kept { version: saved.version + 1, ..saved }))
    }

    /// Saves the next versions of two carts that were read, both or none.
    pub async fn save_both(&self, carts: [(Owner, &Kept); 2]) -> Result<bool, Error> {
        let writes = carts.iter().map(|(owner, kept)| next(*owner, kept));
        match self.table.commit(writes.collect::<Result<_, _>>()?).await {
            Err(Error::Refused(_)) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    /// Lets the cart live until then, if it is still the same. It is no new version: nobody has
    /// changed anything.
    pub async fn extend(&self, owner: Owner, loaded: u64, until: Timestamp) -> Result<bool, Error> {
        let key = keys::cart(owner);
        let update = Update::new().count(item::EXPIRES, until.as_millisecond());
        let update = Write::update(key.clone(), update).expiring(until).when(Condition::version(loaded));
        first(&key, self.table.update(update).await.map(drop))
    }

    /// Takes the cart away, as if it had never been.
    pub async fn forget(&self, owner: Owner) -> Result<(), Error> {
        self.table.commit(vec![Write::delete(keys::cart(owner))]).await
    }
}

fn next(owner: Owner, kept: &Kept) -> Result<Write, Error> {
    let item = item::of_cart(&kept.cart, &kept.marks)?;
    Ok(Write::next(keys::cart(owner), kept.version, item).expiring(kept.cart.expires_at))
}

/// Whether this writer was the first.
fn first(key: &Key, outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.refused(key) => Ok(false),
        Err(error) => Err(error),
    }
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
