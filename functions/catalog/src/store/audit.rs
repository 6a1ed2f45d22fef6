//! Checks what lies in the bucket against what the table names.
//!
//! Slow on purpose. The tests and the simulation hand it everything that a table and a bucket hold.

use std::collections::BTreeSet;

use dynamo::{Error, Item, Key, decode};
use ids::{ImportId, MerchantId};

use super::objects;
use crate::domain::{Import, Product};

/// The objects that no item names: a picture that its product does not name, the file of an import that
/// is over, the outcome of one that is not there.
pub fn unnamed(
    items: impl IntoIterator<Item = Item>,
    lying: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, Error> {
    let mut pictures = BTreeSet::new();
    let (mut open, mut known): (BTreeSet<(MerchantId, ImportId)>, BTreeSet<_>) = Default::default();
    for item in items {
        match Key::of(&item).as_ref().map(|key| key.sk.as_str()) {
            Some("product") => {
                let product = decode::<Product>(item)?.body;
                let named = product.pictures().into_iter();
                pictures.extend(named.map(|media| objects::PICTURES.name(product.id, media)));
            }
            Some("import") => {
                let import = decode::<Import>(item)?.body;
                known.insert((import.merchant, import.id));
                if import.is_open() {
                    open.insert((import.merchant, import.id));
                }
            }
            _ => {}
        }
    }
    let is_named = |object: &String| {
        let parts: Vec<&str> = object.split('/').collect();
        let import = |merchant: &str, import: &str| Some((merchant.parse().ok()?, import.parse().ok()?));
        match parts[..] {
            ["imports", merchant, id, ..] => import(merchant, id).is_some_and(|id| open.contains(&id)),
            ["outcomes", merchant, id, ..] => import(merchant, id).is_some_and(|id| known.contains(&id)),
            _ => pictures.contains(object),
        }
    };
    Ok(lying.into_iter().filter(|object| !is_named(object)).collect())
}
