//! Items and their keys.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// An item as DynamoDB holds it.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute of the partition key in every table.
pub(crate) const PK: &str = "pk";
/// The attribute of the sort key in every table.
pub(crate) const SK: &str = "sk";
/// The version of an aggregate, counted from 1.
pub(crate) const VERSION: &str = "v";
/// The facts of the last transition, as a JSON array: what the stream's filter looks for.
pub(crate) const EMITS: &str = "emits";
/// The body of an item that no condition looks into, as JSON: a list is read for a third of what its
/// attributes would take, one by one.
const PACKED: &str = "json";
/// When TTL may delete the item, in epoch seconds. It may come a day late, so it is never a clock.
pub(crate) const TTL: &str = "ttl";
/// The mark of the last writer, which tells a lost answer from a lost race.
pub(crate) const WRITER: &str = MARKS[0];

/// The marks of the last writers, as far as [`Table::update`](crate::Table::update) keeps them. A put
/// of such an item keeps them, each one place further back, so that a retry of an update whose answer
/// was lost is still recognised.
pub const MARKS: [&str; 8] = ["w", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];

/// The key of one item. Only a room's `store::keys` makes one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    /// The key of the item `sk` in the partition `pk`.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Key {
        Key { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn into_item(self) -> Item {
        Item::from([(PK.into(), AttributeValue::S(self.pk)), (SK.into(), AttributeValue::S(self.sk))])
    }

    /// The key of an item.
    pub fn of(item: &Item) -> Option<Key> {
        let text = |name: &str| item.get(name)?.as_s().ok().cloned();
        Some(Key { pk: text(PK)?, sk: text(SK)? })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pk, self.sk)
    }
}

/// A body with its key and version.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<T> {
    /// Its key.
    pub key: Key,
    /// Its version, 0 for an item that is not versioned.
    pub version: u64,
    /// The body.
    pub body: T,
}

/// A body as the attributes of an item. `None` is left out: DynamoDB would keep a NULL.
pub fn encode<T: Serialize>(body: &T) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(body).map_err(|e| Error::Malformed(e.to_string()))?;
    item.retain(|_, value| !value.is_null());
    Ok(item)
}

/// A body as an item with a single attribute.
pub(crate) fn pack<T: Serialize>(body: &T) -> Result<Item, Error> {
    let text = serde_json::to_string(body).map_err(|e| Error::Malformed(e.to_string()))?;
    Ok(Item::from([(PACKED.into(), AttributeValue::S(text))]))
}

/// An item as a body with its key and version, whether its body is packed or not.
pub fn decode<T: DeserializeOwned>(mut item: Item) -> Result<Stored<T>, Error> {
    let key = Key::of(&item).ok_or_else(|| Error::Malformed("an item without pk and sk".into()))?;
    let version = version_of(&item);
    let body = match item.remove(PACKED) {
        Some(AttributeValue::S(text)) => serde_json::from_str(&text).map_err(|e| e.to_string()),
        _ => serde_dynamo::from_item(item).map_err(|e| e.to_string()),
    };
    let body = body.map_err(|why| Error::Malformed(format!("{key:?}: {why}")))?;
    Ok(Stored { key, version, body })
}

/// Whether an item has this body, packed or not.
pub fn holds<T: Serialize>(item: &Item, body: &T) -> Result<bool, Error> {
    let body = if item.contains_key(PACKED) { pack(body)? } else { encode(body)? };
    Ok(body.iter().all(|(name, value)| item.get(name) == Some(value)))
}

pub(crate) fn version_of(item: &Item) -> u64 {
    item.get(VERSION).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Crate {
        apples: u32,
        label: Option<String>,
    }

    #[test]
    fn what_is_not_there_is_not_stored() {
        let item = encode(&Crate { apples: 3, label: None }).unwrap();
        assert_eq!(item.keys().collect::<Vec<_>>(), ["apples"]);
    }

    #[test]
    fn an_item_comes_back_with_its_key_and_version() {
        let mut item = encode(&Crate { apples: 3, label: Some("red".into()) }).unwrap();
        item.extend(Key::new("c#1", "crate").into_item());
        item.insert(VERSION.into(), AttributeValue::N("7".into()));
        let stored: Stored<Crate> = decode(item).unwrap();
        assert_eq!(stored.version, 7);
        assert_eq!(stored.key, Key::new("c#1", "crate"));
        assert_eq!(stored.body, Crate { apples: 3, label: Some("red".into()) });
    }

    #[test]
    fn a_packed_item_comes_back_too() {
        let body = Crate { apples: 3, label: Some("red".into()) };
        let mut item = pack(&body).unwrap();
        item.extend(Key::new("c#1", "crate").into_item());
        assert_eq!(decode::<Crate>(item.clone()).unwrap().body, body);
        item.insert(PACKED.into(), AttributeValue::S("{".into()));
        assert!(decode::<Crate>(item).unwrap_err().to_string().contains("c#1/crate"));
    }

    #[test]
    fn an_item_of_another_shape_is_malformed_and_says_where() {
        let mut item = Item::from([("apples".into(), AttributeValue::S("many".into()))]);
        item.extend(Key::new("c#1", "crate").into_item());
        let error = decode::<Crate>(item).unwrap_err();
        assert!(error.to_string().contains("c#1/crate"), "{error}");
    }
}
