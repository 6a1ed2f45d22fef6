//! What must hold of the item that is already there for a write to happen.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::item::{PK, VERSION};

/// A condition on the item under a write's key, judged by DynamoDB at the moment of the write.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// There is no item.
    Absent,
    /// There is an item.
    Present,
    /// The attribute is missing.
    Without(&'static str),
    /// The attribute is this value.
    Equals(&'static str, AttributeValue),
    /// The attribute is another value.
    Other(&'static str, AttributeValue),
    /// The attribute is a number of at least this.
    AtLeast(&'static str, i64),
    /// The attribute is a number below this.
    Below(&'static str, i64),
    /// The attribute, which is named by an id, is a number of at most this, or missing.
    AtMost(String, i64),
    /// There is no attribute of this name, which is an id.
    Unnamed(String),
    /// The set has fewer members than this.
    Fewer(&'static str, i64),
    /// The text is a member of the set.
    Contains(&'static str, String),
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
}

impl Condition {
    /// The item is at this version; version 0 means that there is none yet.
    pub fn version(loaded: u64) -> Condition {
        match loaded {
            0 => Condition::Absent,
            n => Condition::Equals(VERSION, AttributeValue::N(n.to_string())),
        }
    }

    /// The attribute is this text.
    pub fn says(attribute: &'static str, text: impl Into<String>) -> Condition {
        Condition::Equals(attribute, AttributeValue::S(text.into()))
    }

    /// Both hold.
    pub fn and(self, other: Condition) -> Condition {
        match self {
            Condition::All(mut all) => {
                all.push(other);
                Condition::All(all)
            }
            first => Condition::All(vec![first, other]),
        }
    }

    /// One of the two holds.
    pub fn or(self, other: Condition) -> Condition {
        Condition::Any(vec![self, other])
    }

    pub(crate) fn render(&self, words: &mut Words) -> String {
        match self {
            Condition::Absent => format!("attribute_not_exists({})", words.name(PK)),
            Condition::Present => format!("attribute_exists({})", words.name(PK)),
            Condition::Without(attribute) => format!("attribute_not_exists({})", words.name(attribute)),
            Condition::Equals(attribute, value) => words.compare(attribute, "=", value.clone()),
            Condition::Other(attribute, value) => words.compare(attribute, "<>", value.clone()),
            Condition::AtLeast(attribute, n) => words.compare(attribute, ">=", number(*n)),
            Condition::Below(attribute, n) => words.compare(attribute, "<", number(*n)),
            Condition::AtMost(attribute, n) => {
                let most = words.compare(attribute, "<=", number(*n));
                format!("attribute_not_exists({}) OR {most}", words.name(attribute))
            }
            Condition::Unnamed(attribute) => format!("attribute_not_exists({})", words.name(attribute)),
            Condition::Fewer(set, n) => {
                format!("size({}) < {}", words.name(set), words.value(number(*n)))
            }
            Condition::Contains(set, text) => {
                let text = words.value(AttributeValue::S(text.clone()));
                format!("contains({}, {text})", words.name(set))
            }
            Condition::All(all) => join(all, " AND ", words),
            Condition::Any(any) => join(any, " OR ", words),
        }
    }
}

fn join(parts: &[Condition], with: &str, words: &mut Words) -> String {
    let parts: Vec<_> = parts.iter().map(|part| format!("({})", part.render(words))).collect();
    parts.join(with)
}

pub(crate) fn number(n: i64) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

/// The placeholders of one expression. Every name and value gets one, because many English words are
/// reserved in DynamoDB.
#[derive(Debug, Default)]
pub(crate) struct Words {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Words {
    pub(crate) fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.into());
        placeholder
    }

    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(crate) fn compare(&mut self, attribute: &str, with: &str, value: AttributeValue) -> String {
        format!("{} {with} {}", self.name(attribute), self.value(value))
    }

    pub(crate) fn names(&mut self) -> Option<HashMap<String, String>> {
        Some(std::mem::take(&mut self.names)).filter(|names| !names.is_empty())
    }

    pub(crate) fn values(&mut self) -> Option<HashMap<String, AttributeValue>> {
        Some(std::mem::take(&mut self.values)).filter(|values| !values.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(condition: Condition, expect: &str) {
        let mut words = Words::default();
        assert_eq!(condition.render(&mut words), expect);
    }

    #[test]
    fn conditions_read_like_dynamodb_writes_them() {
        check(Condition::version(0), "attribute_not_exists(#pk)");
        check(Condition::version(3), "#v = :v0");
        check(Condition::AtLeast("free", 2), "#free >= :v0");
        check(
            Condition::says("state", "active").and(Condition::AtLeast("expires_at", 9)),
            "(#state = :v0) AND (#expires_at >= :v1)",
        );
        check(
            Condition::Absent.or(Condition::says("state", "x").and(Condition::Below("until", 1))),
            "(attribute_not_exists(#pk)) OR ((#state = :v0) AND (#until < :v1))",
        );
        check(Condition::AtMost("n_a".into(), 3), "attribute_not_exists(#n_a) OR #n_a <= :v0");
        check(
            Condition::Fewer("names", 9).or(Condition::Contains("names", "a".into())),
            "(size(#names) < :v0) OR (contains(#names, :v1))",
        );
    }
}
