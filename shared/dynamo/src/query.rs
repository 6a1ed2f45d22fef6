//! Reading a partition page by page, with cursors that work in this partition alone.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::condition::Words;
use crate::item::{PK, SK};
use crate::spend::{Kind, spent};
use crate::{Error, Item, Stored, Table, decode};

/// One page of one partition, of the table or of its secondary index.
#[derive(Clone, Debug)]
pub struct Query {
    index: bool,
    pk: String,
    sk: Range,
    newest_first: bool,
    limit: i32,
    after: Option<Cursor>,
    consistent: bool,
}

#[derive(Clone, Debug)]
enum Range {
    All,
    StartsWith(String),
    UpTo(String),
}

impl Range {
    fn has(&self, sk: &AttributeValue) -> bool {
        let Ok(sk) = sk.as_s() else { return false };
        match self {
            Range::All => true,
            Range::StartsWith(prefix) => sk.starts_with(prefix),
            Range::UpTo(last) => sk <= last,
        }
    }
}

/// A page of a query, and where the next one starts.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// In the order of the sort key.
    pub items: Vec<Stored<T>>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Cursor>,
}

impl Query {
    /// All items of a partition of the table, in ascending order.
    pub fn partition(pk: impl Into<String>) -> Query {
        let pk = pk.into();
        Query {
            index: false,
            pk,
            sk: Range::All,
            newest_first: false,
            limit: 100,
            after: None,
            consistent: false,
        }
    }

    /// All items of a partition of the secondary index.
    pub fn index(pk: impl Into<String>) -> Query {
        Query { index: true, ..Query::partition(pk) }
    }

    /// Only sort keys that start with this.
    pub fn starting_with(self, prefix: impl Into<String>) -> Query {
        Query { sk: Range::StartsWith(prefix.into()), ..self }
    }

    /// Only sort keys up to this one, inclusive.
    pub fn up_to(self, last: impl Into<String>) -> Query {
        Query { sk: Range::UpTo(last.into()), ..self }
    }

    /// The greatest sort key first.
    pub fn newest_first(self) -> Query {
        Query { newest_first: true, ..self }
    }

    /// At most this many.
    pub fn limit(self, limit: u16) -> Query {
        Query { limit: limit.into(), ..self }
    }

    /// Starts where the last page ended.
    pub fn after(self, cursor: Option<Cursor>) -> Query {
        Query { after: cursor, ..self }
    }

    /// A consistent read, for decisions; an index has none.
    pub fn consistent(self) -> Query {
        Query { consistent: !self.index, ..self }
    }

    fn attributes(&self) -> (&'static str, &'static str) {
        if self.index { ("gsi1pk", "gsi1sk") } else { (PK, SK) }
    }
}

impl Table {
    /// Reads one page.
    pub async fn query<T: DeserializeOwned>(&self, query: Query) -> Result<Page<T>, Error> {
        let (pk, sk) = query.attributes();
        let mut words = Words::default();
        let mut expression = words.compare(pk, "=", AttributeValue::S(query.pk.clone()));
        match &query.sk {
            Range::All => {}
            Range::StartsWith(prefix) => {
                let (name, value) = (words.name(sk), words.value(AttributeValue::S(prefix.clone())));
                expression.push_str(&format!(" AND begins_with({name}, {value})"));
            }
            Range::UpTo(last) => {
                let last = words.compare(sk, "<=", AttributeValue::S(last.clone()));
                expression.push_str(&format!(" AND {last}"));
            }
        }
        // DynamoDB refuses a start outside of the query. A cursor that another list has given out is no
        // error: the list begins anew.
        let start = query.after.map(|cursor| cursor.start(query.index, &query.pk));
        let start = start.filter(|key| query.sk.has(&key[sk]));
        let request = self
            .client
            .query()
            .table_name(&*self.name)
            .set_index_name(query.index.then(|| "gsi1".into()))
            .key_condition_expression(expression)
            .set_expression_attribute_names(words.names())
            .set_expression_attribute_values(words.values())
            .scan_index_forward(!query.newest_first)
            .limit(query.limit)
            .consistent_read(query.consistent)
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let answer = request.send().await.map_err(Error::of)?;
        spent(Kind::Read, answer.consumed_capacity.as_slice());
        let next = answer.last_evaluated_key.map(|key| Cursor::at(key, query.index)).transpose()?;
        let items = answer.items.unwrap_or_default().into_iter().map(decode).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// Reads a whole partition that is known to be small, page after page.
    pub async fn query_all<T: DeserializeOwned>(&self, query: Query) -> Result<Vec<Stored<T>>, Error> {
        let mut all = Vec::new();
        let mut after = query.after.clone();
        loop {
            let page = self.query(query.clone().after(after)).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}

/// A place between two items. It carries sort keys only: the partition comes from the query, so a
/// forged cursor can skip items but never read another partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "s")]
    sk: String,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    index: Option<(String, String)>,
}

/// The text is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

/// The longest text of a cursor.
pub const LONGEST_CURSOR: usize = 4096;
const LONGEST_KEY: usize = 1024;

impl Cursor {
    /// The cursor as text: opaque and safe in a URL.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("texts are always valid JSON"))
    }

    /// Reads what `encode` wrote.
    pub fn decode(text: &str) -> Result<Cursor, BadCursor> {
        if text.len() > LONGEST_CURSOR {
            return Err(BadCursor);
        }
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadCursor)?;
        let cursor: Cursor = serde_json::from_slice(&json).map_err(|_| BadCursor)?;
        let mut texts = cursor.index.iter().flat_map(|(pk, sk)| [pk, sk]).chain([&cursor.sk]);
        let sound = texts.all(|text| (1..=LONGEST_KEY).contains(&text.len()));
        drop(texts);
        if sound { Ok(cursor) } else { Err(BadCursor) }
    }

    /// The place right behind a sort key, whether or not there is an item.
    pub fn behind(sk: impl Into<String>) -> Cursor {
        Cursor { sk: sk.into(), index: None }
    }

    /// The sort key that it stands behind: a list that goes on in another partition needs it.
    pub fn sort_key(&self) -> &str {
        &self.sk
    }

    fn at(mut key: Item, index: bool) -> Result<Cursor, Error> {
        let mut text = |name: &str| match key.remove(name) {
            Some(AttributeValue::S(text)) => Ok(text),
            _ => Err(Error::Malformed(format!("a page ended at a key without {name}"))),
        };
        let cursor = match index {
            false => Cursor { sk: text(SK)?, index: None },
            true => Cursor { sk: text(SK)?, index: Some((text(PK)?, text("gsi1sk")?)) },
        };
        Ok(cursor)
    }

    /// A cursor of the table given to the index, or the other way round, starts at a key that sorts
    /// somewhere in this partition: harmless, and no error.
    fn start(self, index: bool, partition: &str) -> HashMap<String, AttributeValue> {
        let text = |name: &str, text: String| (name.to_owned(), AttributeValue::S(text));
        if !index {
            return HashMap::from([text(PK, partition.into()), text(SK, self.sk)]);
        }
        let (pk, gsi1sk) = self.index.unwrap_or_else(|| ("-".into(), self.sk.clone()));
        HashMap::from([
            text(PK, pk),
            text(SK, self.sk),
            text("gsi1pk", partition.into()),
            text("gsi1sk", gsi1sk),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_journey_through_a_link() {
        for index in [None, Some(("p#1".to_owned(), "2026".to_owned()))] {
            let cursor = Cursor { sk: "prd_01".into(), index };
            assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }
    }

    #[test]
    fn what_we_did_not_write_is_not_a_cursor() {
        let empty = URL_SAFE_NO_PAD.encode(r#"{"s":""}"#);
        let long = "A".repeat(LONGEST_CURSOR + 1);
        for text in ["", "x", "AAAA", "%%%", "e30", &empty, &long] {
            assert_eq!(Cursor::decode(text), Err(BadCursor), "{text}");
        }
    }

    #[test]
    fn a_forged_cursor_stays_in_its_partition() {
        let forged = Cursor { sk: "s".into(), index: Some(("other#1".into(), "z".into())) };
        let start = forged.start(true, "mine");
        assert_eq!(start["gsi1pk"], AttributeValue::S("mine".into()));
    }
}
