//! Everything that a table says about people and programs, for whoever checks the books.

use dynamo::{Error, Item, Key};

use super::keys;
use super::people::stored;
use super::transaction::Claim;
use crate::domain::{Books, KeyOwner};

/// Reads the items of a whole table, in any order. What is not about people or programs is passed over.
pub fn read_books(items: impl IntoIterator<Item = Item>) -> Result<Books, Error> {
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
