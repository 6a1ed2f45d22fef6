//! The whole table, read at once: for tests and for the simulation, never for a request.

use std::collections::BTreeMap;

use dynamo::{Error, Item, Key, decode};

use super::{Kept, item, keys};
use crate::domain::Owner;

/// Every cart among these items. What the plumbing keeps is passed over.
pub fn read_books(items: impl IntoIterator<Item = Item>) -> Result<BTreeMap<Owner, Kept>, Error> {
    let mut carts = BTreeMap::new();
    for found in items {
        let Some(owner) = Key::of(&found).as_ref().and_then(keys::owner_of) else { continue };
        let counted = found.keys().filter(|name| name.starts_with("n_")).count();
        let described = found.keys().filter(|name| name.starts_with("l_")).count();
        let kept = item::read(decode(found)?)?;
        let lines = kept.cart.lines.len();
        if (counted, described) != (lines, lines) {
            let what = format!("{owner}: {lines} names, {counted} quantities, {described} lines");
            return Err(Error::Malformed(what));
        }
        carts.insert(owner, kept);
    }
    Ok(carts)
}
