//! One change to one item, and what must hold for it.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, Update as SdkUpdate};
use facts::Unsent;
use jiff::Timestamp;
use serde::Serialize;

use crate::condition::{Words, number};
use crate::item::{EMITS, MARKS, TTL, VERSION, pack};
use crate::{Condition, Error, Item, Key, encode};

/// A change to the item under one key. Build one, put conditions on it, hand it to
/// [`Table::commit`](crate::Table::commit), alone or together with others.
#[derive(Clone, Debug)]
pub struct Write {
    pub(crate) key: Key,
    pub(crate) action: Action,
    pub(crate) condition: Option<Condition>,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    Put(Item),
    Update(Update),
    Delete,
    Check,
}

/// The next version of an aggregate with the facts that this transition reports. One item, one
/// write: the table's stream is the outbox.
pub struct Save<'a, T> {
    /// Its key.
    pub key: Key,
    /// Its id: the subject of the facts and their group in the queue.
    pub aggregate: &'a str,
    /// The version that was read, 0 for one that is new.
    pub loaded: u64,
    /// The new body.
    pub body: &'a T,
    /// The facts of the transition.
    pub facts: Vec<Unsent>,
    /// When it happened.
    pub at: Timestamp,
}

impl Write {
    /// Puts the body under the key, whatever was there.
    pub fn put<T: Serialize>(key: Key, body: &T) -> Result<Write, Error> {
        Ok(Write { key, action: Action::Put(encode(body)?), condition: None })
    }

    /// The same with a body that no condition looks into, as one attribute.
    pub fn put_packed<T: Serialize>(key: Key, body: &T) -> Result<Write, Error> {
        Ok(Write { key, action: Action::Put(pack(body)?), condition: None })
    }

    /// Puts the body where nothing was.
    pub fn create<T: Serialize>(key: Key, body: &T) -> Result<Write, Error> {
        Ok(Write::put(key, body)?.when(Condition::Absent))
    }

    /// Saves an aggregate's next version, if it was not saved since it was read.
    pub fn save<T: Serialize>(save: Save<'_, T>) -> Result<Write, Error> {
        let version = save.loaded + 1;
        let mut item = encode(save.body)?;
        item.insert(VERSION.into(), AttributeValue::N(version.to_string()));
        let trace = observe::traceparent();
        let facts = save.facts.into_iter().enumerate();
        let facts: Vec<_> =
            facts.map(|(n, fact)| fact.seal(save.aggregate, version, n, save.at, trace.clone())).collect();
        if !facts.is_empty() {
            let facts = serde_json::to_string(&facts).map_err(|e| Error::Malformed(e.to_string()))?;
            item.insert(EMITS.into(), AttributeValue::S(facts));
        }
        let condition = Some(Condition::version(save.loaded));
        Ok(Write { key: save.key, action: Action::Put(item), condition })
    }

    /// Saves the next version of an aggregate whose item TTL has deleted, under a key that is free: its
    /// versions go on where they ended.
    pub fn revive<T: Serialize>(save: Save<'_, T>) -> Result<Write, Error> {
        Ok(Write { condition: Some(Condition::Absent), ..Write::save(save)? })
    }

    /// Puts the next version of an item that is made attribute by attribute, if it was not saved since
    /// it was read.
    pub fn next(key: Key, loaded: u64, mut item: Item) -> Write {
        item.insert(VERSION.into(), number(i64::try_from(loaded + 1).unwrap_or(i64::MAX)));
        Write { key, action: Action::Put(item), condition: Some(Condition::version(loaded)) }
    }

    /// Changes single attributes.
    pub fn update(key: Key, update: Update) -> Write {
        Write { key, action: Action::Update(update), condition: None }
    }

    /// Deletes the item.
    pub fn delete(key: Key) -> Write {
        Write { key, action: Action::Delete, condition: None }
    }

    /// Writes nothing; the commit succeeds only if the condition holds.
    pub fn check(key: Key, condition: Condition) -> Write {
        Write { key, action: Action::Check, condition: Some(condition) }
    }

    /// Adds a condition to those it has.
    pub fn when(mut self, condition: Condition) -> Write {
        self.condition = Some(match self.condition {
            None => condition,
            Some(first) => first.and(condition),
        });
        self
    }

    /// Lets TTL delete the item some time after this.
    pub fn expiring(self, after: Timestamp) -> Write {
        self.with(TTL, number(after.as_second()))
    }

    /// Puts the item into the secondary index under this key.
    pub fn indexed(self, pk: impl Into<String>, sk: impl Into<String>) -> Write {
        self.with("gsi1pk", AttributeValue::S(pk.into())).with("gsi1sk", AttributeValue::S(sk.into()))
    }

    /// The key of the item.
    pub fn key(&self) -> &Key {
        &self.key
    }

    fn with(mut self, attribute: &'static str, value: AttributeValue) -> Write {
        match &mut self.action {
            Action::Put(item) => {
                item.insert(attribute.into(), value);
            }
            Action::Update(update) => update.set.push((attribute.into(), value)),
            Action::Delete | Action::Check => {}
        }
        self
    }

    pub(crate) fn into_part(self, table: &str) -> Result<TransactWriteItem, Error> {
        let mut words = Words::default();
        let condition = self.condition.as_ref().map(|condition| condition.render(&mut words));
        let old = Some(ReturnValuesOnConditionCheckFailure::AllOld);
        let part = TransactWriteItem::builder();
        let part = match self.action {
            Action::Put(mut item) => {
                item.extend(self.key.into_item());
                let put = Put::builder().table_name(table).set_item(Some(item));
                let put = put.set_condition_expression(condition);
                let put = put
                    .set_expression_attribute_names(words.names())
                    .set_expression_attribute_values(words.values())
                    .set_return_values_on_condition_check_failure(old);
                part.put(put.build().map_err(defect)?)
            }
            Action::Update(update) => {
                let expression = update.render(&mut words);
                let update = SdkUpdate::builder()
                    .table_name(table)
                    .set_key(Some(self.key.into_item()))
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(words.names())
                    .set_expression_attribute_values(words.values())
                    .set_return_values_on_condition_check_failure(old);
                part.update(update.build().map_err(defect)?)
            }
            Action::Delete => {
                let delete = Delete::builder()
                    .table_name(table)
                    .set_key(Some(self.key.into_item()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(words.names())
                    .set_expression_attribute_values(words.values())
                    .set_return_values_on_condition_check_failure(old);
                part.delete(delete.build().map_err(defect)?)
            }
            Action::Check => {
                let check = ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(self.key.into_item()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(words.names())
                    .set_expression_attribute_values(words.values())
                    .set_return_values_on_condition_check_failure(old);
                part.condition_check(check.build().map_err(defect)?)
            }
        };
        Ok(part.build())
    }
}

fn defect(error: impl std::fmt::Display) -> Error {
    Error::Defect(error.to_string())
}

/// Changes to single attributes of an item. The facts of an earlier transition are always removed, so
/// that the stream does not report them again.
#[derive(Clone, Debug, Default)]
pub struct Update {
    add: Vec<(Cow<'static, str>, AttributeValue)>,
    set: Vec<(Cow<'static, str>, AttributeValue)>,
    once: Vec<(Cow<'static, str>, AttributeValue)>,
    marks: Option<AttributeValue>,
    remove: Vec<&'static str>,
}

impl Update {
    /// An update without changes.
    pub fn new() -> Update {
        Update::default()
    }

    /// Adds to a number; a missing one counts as 0.
    pub fn add(mut self, attribute: impl Into<Cow<'static, str>>, n: i64) -> Update {
        if n != 0 {
            self.add.push((attribute.into(), number(n)));
        }
        self
    }

    /// Makes it the next version of the item; a new item gets version 1.
    pub fn counted(self) -> Update {
        self.add(VERSION, 1)
    }

    /// Adds a text to a set, which is made with its first member.
    pub fn include(mut self, set: &'static str, text: impl Into<String>) -> Update {
        self.add.push((set.into(), AttributeValue::Ss(vec![text.into()])));
        self
    }

    /// Sets an attribute, unless it is there.
    pub fn begin(mut self, attribute: impl Into<Cow<'static, str>>, value: AttributeValue) -> Update {
        self.once.push((attribute.into(), value));
        self
    }

    /// Sets an attribute to a text.
    pub fn say(self, attribute: &'static str, text: impl Into<String>) -> Update {
        self.set(attribute, AttributeValue::S(text.into()))
    }

    /// Sets an attribute to a number.
    pub fn count(self, attribute: &'static str, n: i64) -> Update {
        self.set(attribute, number(n))
    }

    /// Sets an attribute.
    pub fn set(mut self, attribute: &'static str, value: AttributeValue) -> Update {
        self.set.push((attribute.into(), value));
        self
    }

    /// Puts the writer's mark before the earlier ones.
    pub(crate) fn marked(self, mark: AttributeValue) -> Update {
        Update { marks: Some(mark), ..self }
    }

    /// Removes an attribute.
    pub fn remove(mut self, attribute: &'static str) -> Update {
        self.remove.push(attribute);
        self
    }

    pub(crate) fn render(&self, words: &mut Words) -> String {
        let add: Vec<_> =
            self.add.iter().map(|(a, v)| format!("{} {}", words.name(a), words.value(v.clone()))).collect();
        let mut set: Vec<_> =
            self.set.iter().map(|(a, v)| format!("{} = {}", words.name(a), words.value(v.clone()))).collect();
        set.extend(self.once.iter().map(|(a, v)| {
            let (name, value) = (words.name(a), words.value(v.clone()));
            format!("{name} = if_not_exists({name}, {value})")
        }));
        if let Some(mark) = &self.marks {
            set.push(words.compare(MARKS[0], "=", mark.clone()));
            // The right-hand side is evaluated before the update.
            let none = words.value(AttributeValue::S("-".into()));
            let back = MARKS.windows(2).map(|pair| {
                let (from, to) = (words.name(pair[0]), words.name(pair[1]));
                format!("{to} = if_not_exists({from}, {none})")
            });
            set.extend(back.collect::<Vec<_>>());
        }
        let gone = self.remove.iter().chain([&EMITS]);
        let gone: Vec<_> = gone.map(|a| words.name(a)).collect();
        let clauses = [("ADD", add), ("SET", set), ("REMOVE", gone)];
        let clauses = clauses.iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<_> = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        clauses.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_takes_old_facts_off() {
        let mut words = Words::default();
        let update = Update::new().add("held", 2).add("free", 0).say("state", "held").remove("note");
        assert_eq!(update.render(&mut words), "ADD #held :v0 SET #state = :v1 REMOVE #note, #emits");
    }

    #[test]
    fn an_update_begins_what_is_not_there_yet() {
        let mut words = Words::default();
        let update = Update::new().counted().include("names", "a").begin("l_a", number(1));
        let expect = "ADD #v :v0, #names :v1 SET #l_a = if_not_exists(#l_a, :v2) REMOVE #emits";
        assert_eq!(update.render(&mut words), expect);
    }
}
