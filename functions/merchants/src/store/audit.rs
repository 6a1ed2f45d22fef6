//! Checks everything that a table says about shops against what it must say, at any moment: whatever
//! may be in flight, these hold.
//!
//! Slow on purpose, and knows nothing of how the items came about. The tests and the simulation hand
//! it everything that a table holds.

use std::collections::{BTreeMap, BTreeSet};

use dynamo::{Error, Item, Key, decode, holds};
use ids::{AccountId, MerchantId, RuleId};

use super::projected::project;
use super::{MOST_OWNED, keys, objects};
use crate::domain::{Book, Rule, Shop};

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A shop without an owner, and that is not why it may not sell.
    Ownerless(MerchantId),
    /// A closed shop has members.
    Haunted(MerchantId),
    /// Something that follows from a shop is not there, or says something else.
    Missing(Key),
    /// Something follows from no shop.
    Unexplained(Key),
    /// An account owns another number of shops than is counted, or more than one may.
    Miscounted {
        /// Who.
        account: AccountId,
        /// How many are counted.
        says: i64,
        /// How many there are.
        owned: i64,
    },
    /// Two rules of one book say something of the same sales at the same time.
    Clash(RuleId, RuleId),
}

/// Everything that is wrong with a table.
pub fn audit(items: impl IntoIterator<Item = Item>) -> Result<Vec<Violation>, Error> {
    let mut shops = Vec::new();
    let mut derived: BTreeMap<Key, Item> = BTreeMap::new();
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    let mut books: BTreeMap<String, Book> = BTreeMap::new();
    for item in items {
        let Some(key) = Key::of(&item) else { continue };
        let follows =
            key.sk.starts_with(keys::PLACES) || key.sk == keys::CLAIM || key.pk.starts_with("state#");
        if key.pk.starts_with("mer#") && key.sk == keys::SHOP {
            shops.push(decode::<Shop>(item)?.body);
        } else if key.sk == keys::OWNS {
            let owned = item.get("owned").and_then(|n| n.as_n().ok()?.parse().ok());
            counted.insert(key.pk, owned.unwrap_or(0));
        } else if key.sk.starts_with(keys::RULES) {
            books.entry(key.pk).or_default().rules.push(decode::<Rule>(item)?.body);
        } else if follows {
            derived.insert(key, item);
        }
    }
    let mut found = Vec::new();
    let mut owned: BTreeMap<AccountId, i64> = BTreeMap::new();
    for shop in &shops {
        if !shop.is_answered_for() {
            found.push(Violation::Ownerless(shop.id));
        }
        if shop.state == crate::domain::State::Closed && !shop.members.is_empty() {
            found.push(Violation::Haunted(shop.id));
        }
        shop.owners().for_each(|account| *owned.entry(account).or_default() += 1);
        for (key, item) in project(shop) {
            let there = derived.remove(&key);
            if !there.map_or(Ok(false), |there| holds(&there, &item))? {
                found.push(Violation::Missing(key));
            }
        }
    }
    found.extend(derived.into_keys().map(Violation::Unexplained));
    for (account, owned) in owned {
        let says = counted.remove(&keys::of_account(account)).unwrap_or(0);
        if says != owned || owned > MOST_OWNED.into() {
            found.push(Violation::Miscounted { account, says, owned });
        }
    }
    for (pk, says) in counted.into_iter().filter(|(_, says)| *says != 0) {
        let account = pk.trim_start_matches("acc#").parse();
        let account = account.map_err(|e: ids::BadId| Error::Malformed(e.to_string()))?;
        found.push(Violation::Miscounted { account, says, owned: 0 });
    }
    found.extend(books.values().flat_map(Book::clashes).map(|(a, b)| Violation::Clash(a, b)));
    Ok(found)
}

/// The objects of the bucket that no shop names. There are none but what came, or was dropped, a moment
/// ago and was not heard of yet.
pub fn unnamed(
    items: impl IntoIterator<Item = Item>,
    lying: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, Error> {
    let mut named = BTreeSet::new();
    for item in items {
        if Key::of(&item).is_some_and(|key| key.pk.starts_with("mer#") && key.sk == keys::SHOP) {
            let shop = decode::<Shop>(item)?.body;
            named.extend(shop.files().into_iter().map(|file| objects::name(shop.id, file)));
        }
    }
    Ok(lying.into_iter().filter(|object| !named.contains(object)).collect())
}
