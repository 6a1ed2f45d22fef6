//! Books of commission rules. A rule is an item of its own, so that its facts have its own versions;
//! the guard of its book has a version that every change of the book raises, so that two rules that
//! would overlap are never made at once.

use std::collections::BTreeMap;

use dynamo::{Cursor, Error, Query, Save, Stored, Write};
use facts::Unsent;
use ids::{MerchantId, RuleId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::beside::read;
use super::{Store, keys};
use crate::domain::{Book, Rule};

#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) book: Book,
    version: u64,
    versions: BTreeMap<RuleId, u64>,
}

#[derive(Serialize, Deserialize)]
struct Guard {
    rules: u64,
}

#[derive(Serialize, Deserialize)]
struct Pointer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

impl Store {
    /// A book as it was last written: for decisions about it.
    pub(crate) async fn book(&self, merchant: Option<MerchantId>) -> Result<Loaded, Error> {
        self.read_book(Query::partition(keys::rules_of(merchant)).consistent()).await
    }

    /// A book as it may have been a moment ago: for what is taken of a sale.
    pub(crate) async fn peek_book(&self, merchant: Option<MerchantId>) -> Result<Book, Error> {
        Ok(self.read_book(Query::partition(keys::rules_of(merchant))).await?.book)
    }

    async fn read_book(&self, query: Query) -> Result<Loaded, Error> {
        let query = query.starting_with(keys::BOOK_AND_RULES).limit(1000);
        let mut loaded = Loaded::default();
        for Stored { key, version, body } in self.table.query_all::<Value>(query).await? {
            if key.sk == keys::BOOK {
                loaded.version = version;
            } else {
                let rule: Rule = read(body)?;
                loaded.versions.insert(rule.id, version);
                loaded.book.rules.push(rule);
            }
        }
        Ok(loaded)
    }

    pub(crate) async fn rules_page(
        &self,
        merchant: Option<MerchantId>,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Rule>, Option<Cursor>), Error> {
        let query = Query::partition(keys::rules_of(merchant)).starting_with(keys::RULES).newest_first();
        let page = self.table.query::<Rule>(query.limit(limit).after(after)).await?;
        Ok((page.items.into_iter().map(|rule| rule.body).collect(), page.next))
    }

    pub(crate) async fn book_of(&self, rule: RuleId) -> Result<Option<Option<MerchantId>>, Error> {
        let found = self.table.peek::<Pointer>(&keys::pointer(rule)).await?;
        Ok(found.map(|pointer| pointer.body.merchant))
    }
}

impl Loaded {
    /// What saves a rule of a book that is still as it was read.
    pub(crate) fn writes(
        &self,
        rule: &Rule,
        facts: Vec<Unsent>,
        now: Timestamp,
    ) -> Result<Vec<Write>, Error> {
        let before = self.versions.get(&rule.id).copied();
        let aggregate = rule.id.to_string();
        let guard = Guard { rules: self.versions.len() as u64 + u64::from(before.is_none()) };
        let saved = Save {
            key: keys::rule(rule.merchant, rule.id),
            aggregate: &aggregate,
            loaded: before.unwrap_or(0),
            body: rule,
            facts,
            at: now,
        };
        let guarded = Save {
            key: keys::book(rule.merchant),
            aggregate: "",
            loaded: self.version,
            body: &guard,
            facts: Vec::new(),
            at: now,
        };
        let mut writes = vec![Write::save(saved)?, Write::save(guarded)?];
        if before.is_none() {
            writes.push(Write::create(keys::pointer(rule.id), &Pointer { merchant: rule.merchant })?);
        }
        Ok(writes)
    }
}
