//! Everything that a table says about people and programs, to check the books by.

use dynamo::{Error, Item, Key};
use jiff::Timestamp;

use super::keys;
use super::people::stored;
use super::transaction::Claim;
use crate::domain::{self, Books, KeyOwner, Violation};

/// Checks the books of a whole table, at any moment: whatever may be in flight, these hold.
pub fn audit(items: impl IntoIterator<Item = Item>, now: Timestamp) -> Result<Vec<Violation>, Error> {
    Ok(domain::audit(&read_books(items)?, now))
}

/// Checks the books of a whole table at a moment when every message has been heard: what was closed
/// is swept.
pub fn audit_at_rest(items: impl IntoIterator<Item = Item>, now: Timestamp) -> Result<Vec<Violation>, Error> {
    let books = read_books(items)?;
    Ok(domain::audit(&books, now).into_iter().chain(domain::unswept(&books)).collect())
}

/// Reads items in any order. What is not about people or programs is passed over.
fn read_books(items: impl IntoIterator<Item = Item>) -> Result<Books, Error> {
    let mut books = Books::default();
    for item in items {
        let Some(key) = Key::of(&item) else { continue };
        let Some((kind, whose)) = key.pk.split_once('#') else { continue };
        let owner = match kind {
            "acc" => whose.parse().ok().map(KeyOwner::Account),
            "shop" => whose.parse().ok().map(KeyOwner::Shop),
            _ => None,
        };
        match (kind, key.sk.as_str(), owner) {
            ("acc", keys::ACCOUNT, _) => books.accounts.push(stored(item)?),
            ("acc", sk, _) if sk.starts_with(keys::SESSIONS) => books.sessions.push(stored(item)?),
            (_, keys::KEYS, Some(owner)) => books.rings.push((owner, stored(item)?)),
            ("key", keys::GRANT, _) => books.keys.push((whose.to_owned(), stored(item)?)),
            ("mail", keys::CLAIM, _) => {
                let claim: Claim = stored(item)?;
                books.claims.push((whose.to_owned(), claim.account));
            }
            ("shop", _, Some(KeyOwner::Shop(shop))) => {
                books.members.extend(keys::member_of(&key).map(|account| (shop, account)));
            }
            _ => {}
        }
    }
    Ok(books)
}
