//! Decides which events pass a filter, as Lambda's event filtering and EventBridge do.
//!
//! A pattern is a JSON object shaped like the event. Its leaves are lists of alternatives: a literal,
//! or a test such as `{"exists": true}`, `{"prefix": "ord_"}`, `{"suffix": …}`,
//! `{"equals-ignore-case": …}`, `{"anything-but": …}` or `{"numeric": [">", 0, "<=", 5]}`. All named
//! fields have to match, and one alternative of each suffices. Where the event holds a list, one of
//! its elements suffices.
//!
//! Invariant: a pattern with an unknown test does not parse, so no filter passes less or more than on
//! AWS because it was misread.

use serde_json::{Map, Number, Value};

/// A filter of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    fields: Vec<(String, Node)>,
}

/// Why a text is not a pattern.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text is not JSON.
    #[error("the pattern is not JSON: {0}")]
    Json(String),
    /// A field is neither an object nor a list of alternatives.
    #[error("{0}: has to be an object or a list of alternatives")]
    Shape(String),
    /// A test that is unknown, or has the wrong value.
    #[error("{0}: {1} is not a test known here")]
    Test(String, String),
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Fields(Vec<(String, Node)>),
    AnyOf(Vec<Test>),
    /// `$or`: one of these patterns matches the object that holds it.
    Or(Vec<Vec<(String, Node)>>),
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Equals(Value),
    Exists(bool),
    Prefix(String),
    Suffix(String),
    EqualsIgnoreCase(String),
    AnythingBut(Vec<Test>),
    Numeric(Vec<(Comparison, Number)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Pattern {
    /// Parses a pattern of a template.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let value: Value =
            serde_json::from_str(text).map_err(|problem| PatternError::Json(problem.to_string()))?;
        match &value {
            Value::Object(object) => Ok(Pattern { fields: fields("", object)? }),
            _ => Err(PatternError::Shape("the pattern".to_owned())),
        }
    }

    /// Whether the event passes.
    pub fn matches(&self, event: &Value) -> bool {
        all(&self.fields, event)
    }

    /// An attribute that the new image of every record has that passes, if the pattern wants one.
    pub(crate) fn attribute(&self) -> Option<&str> {
        let image = within(within(&self.fields, "dynamodb")?, "NewImage")?;
        image.iter().find(|(_, node)| node.wants_something()).map(|(name, _)| name.as_str())
    }

    /// Whether the event passes one of the patterns, or there are none.
    pub fn any(patterns: &[Pattern], event: &Value) -> bool {
        patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(event))
    }
}

/// The fields of the object that is this field.
fn within<'a>(fields: &'a [(String, Node)], name: &str) -> Option<&'a [(String, Node)]> {
    fields.iter().find_map(|(field, node)| match node {
        Node::Fields(inner) if field == name => Some(inner.as_slice()),
        _ => None,
    })
}

impl Node {
    /// Whether nothing passes that is not there.
    fn wants_something(&self) -> bool {
        match self {
            Node::Fields(fields) => fields.iter().any(|(_, node)| node.wants_something()),
            Node::AnyOf(tests) => {
                tests.iter().all(|test| matches!(test, Test::Exists(true) | Test::Equals(_)))
            }
            Node::Or(_) => false,
        }
    }
}

fn fields(path: &str, object: &Map<String, Value>) -> Result<Vec<(String, Node)>, PatternError> {
    object
        .iter()
        .map(|(name, value)| {
            let path = format!("{path}.{name}");
            let node = match value {
                Value::Array(patterns) if name == "$or" => {
                    let patterns = patterns.iter().map(|pattern| match pattern {
                        Value::Object(object) => fields(&path, object),
                        _ => Err(PatternError::Shape(path.clone())),
                    });
                    Node::Or(patterns.collect::<Result<_, _>>()?)
                }
                Value::Object(object) => Node::Fields(fields(&path, object)?),
                Value::Array(tests) if !tests.is_empty() => {
                    Node::AnyOf(tests.iter().map(|value| test(&path, value)).collect::<Result<_, _>>()?)
                }
                _ => return Err(PatternError::Shape(path)),
            };
            Ok((name.clone(), node))
        })
        .collect()
}

fn test(path: &str, value: &Value) -> Result<Test, PatternError> {
    let unknown = || PatternError::Test(path.to_owned(), value.to_string());
    let object = match value {
        Value::Object(object) if object.len() == 1 => object,
        Value::Object(_) | Value::Array(_) => return Err(unknown()),
        literal => return Ok(Test::Equals(literal.clone())),
    };
    let (name, argument) = object.iter().next().ok_or_else(unknown)?;
    let text = || argument.as_str().map(str::to_owned).ok_or_else(unknown);
    Ok(match name.as_str() {
        "exists" => Test::Exists(argument.as_bool().ok_or_else(unknown)?),
        "prefix" => Test::Prefix(text()?),
        "suffix" => Test::Suffix(text()?),
        "equals-ignore-case" => Test::EqualsIgnoreCase(text()?),
        "anything-but" => match argument {
            Value::Array(values) => {
                Test::AnythingBut(values.iter().map(|value| test(path, value)).collect::<Result<_, _>>()?)
            }
            value => Test::AnythingBut(vec![test(path, value)?]),
        },
        "numeric" => Test::Numeric(comparisons(argument).ok_or_else(unknown)?),
        _ => return Err(unknown()),
    })
}

fn comparisons(argument: &Value) -> Option<Vec<(Comparison, Number)>> {
    let parts = argument.as_array().filter(|parts| !parts.is_empty() && parts.len() % 2 == 0)?;
    parts
        .chunks_exact(2)
        .map(|pair| {
            let comparison = match pair[0].as_str()? {
                "<" => Comparison::Less,
                "<=" => Comparison::AtMost,
                "=" => Comparison::Equal,
                ">=" => Comparison::AtLeast,
                ">" => Comparison::More,
                _ => return None,
            };
            match &pair[1] {
                Value::Number(number) => Some((comparison, number.clone())),
                _ => None,
            }
        })
        .collect()
}

fn all(fields: &[(String, Node)], event: &Value) -> bool {
    fields.iter().all(|(name, node)| match node {
        Node::Or(patterns) => patterns.iter().any(|fields| all(fields, event)),
        Node::Fields(inner) => match event.get(name) {
            Some(Value::Array(elements)) => elements.iter().any(|element| all(inner, element)),
            Some(value) => all(inner, value),
            None => all(inner, &Value::Null),
        },
        Node::AnyOf(tests) => {
            let value = event.get(name);
            tests.iter().any(|test| test.passes(value))
        }
    })
}

impl Test {
    fn passes(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            // An object is a branch, and only leaves exist for this test.
            (Test::Exists(wanted), value) => value.is_some_and(|value| !value.is_object()) == *wanted,
            (_, None) => false,
            // "Anything but" is about the whole list: one forbidden element fails it.
            (Test::AnythingBut(tests), Some(Value::Array(elements))) => {
                !elements.iter().any(|element| tests.iter().any(|test| test.passes(Some(element))))
            }
            (test, Some(Value::Array(elements))) => elements.iter().any(|element| test.passes(Some(element))),
            (Test::AnythingBut(tests), value) => !tests.iter().any(|test| test.passes(value)),
            (Test::Equals(Value::Number(wanted)), Some(Value::Number(number))) => {
                Comparison::Equal.holds(number, wanted)
            }
            (Test::Equals(wanted), Some(value)) => wanted == value,
            (Test::Prefix(prefix), Some(Value::String(text))) => text.starts_with(prefix.as_str()),
            (Test::Suffix(suffix), Some(Value::String(text))) => text.ends_with(suffix.as_str()),
            (Test::EqualsIgnoreCase(wanted), Some(Value::String(text))) => {
                text.to_lowercase() == wanted.to_lowercase()
            }
            (Test::Numeric(comparisons), Some(Value::Number(number))) => {
                comparisons.iter().all(|(comparison, bound)| comparison.holds(number, bound))
            }
            _ => false,
        }
    }
}

impl Comparison {
    fn holds(self, number: &Number, bound: &Number) -> bool {
        let ordering = match (number.as_i128(), bound.as_i128()) {
            (Some(number), Some(bound)) => Some(number.cmp(&bound)),
            _ => number.as_f64().zip(bound.as_f64()).and_then(|(number, bound)| number.partial_cmp(&bound)),
        };
        ordering.is_some_and(|ordering| match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::AtMost => ordering.is_le(),
            Comparison::Equal => ordering.is_eq(),
            Comparison::AtLeast => ordering.is_ge(),
            Comparison::More => ordering.is_gt(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(pattern: Value, event: Value, expect: bool) {
        let parsed = Pattern::parse(&pattern.to_string()).unwrap();
        assert_eq!(parsed.matches(&event), expect, "{pattern} of {event}");
    }

    #[test]
    fn a_pattern_may_want_an_attribute_of_the_new_image() {
        for (pattern, attribute) in [
            (r#"{"dynamodb":{"NewImage":{"emits":{"S":[{"exists":true}]}}}}"#, Some("emits")),
            (r#"{"dynamodb":{"NewImage":{"state":{"S":["open"]}}}}"#, Some("state")),
            (r#"{"dynamodb":{"NewImage":{"emits":{"S":[{"exists":false}]}}}}"#, None),
            (r#"{"dynamodb":{"OldImage":{"emits":{"S":[{"exists":true}]}}}}"#, None),
            (r#"{"eventName":["REMOVE"]}"#, None),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().attribute(), attribute, "{pattern}");
        }
    }

    #[test]
    fn only_an_item_that_carries_facts_wakes_the_relay() {
        let pattern = json!({"dynamodb": {"NewImage": {"emits": {"S": [{"exists": true}]}}}});
        check(pattern.clone(), json!({"dynamodb": {"NewImage": {"emits": {"S": "[]"}}}}), true);
        check(pattern.clone(), json!({"dynamodb": {"NewImage": {"v": {"N": "1"}}}}), false);
        check(pattern, json!({"dynamodb": {"OldImage": {"emits": {"S": "[]"}}}}), false);
    }

    #[test]
    fn a_removal_by_the_service_is_told_from_a_removal_by_a_room() {
        let pattern = json!({
            "eventName": ["REMOVE"],
            "userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]},
        });
        let service = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        check(pattern.clone(), json!({"eventName": "REMOVE", "userIdentity": service}), true);
        check(pattern.clone(), json!({"eventName": "REMOVE"}), false);
        check(pattern.clone(), json!({"eventName": "REMOVE", "userIdentity": null}), false);
        check(pattern, json!({"eventName": "MODIFY", "userIdentity": service}), false);
    }

    #[test]
    fn each_test_passes_what_it_names() {
        check(json!({"a": ["x", "y"]}), json!({"a": "y"}), true);
        check(json!({"a": ["x", "y"]}), json!({"a": "z"}), false);
        check(json!({"a": [null]}), json!({"a": null}), true);
        check(json!({"a": [null]}), json!({}), false);
        check(json!({"a": [1]}), json!({"a": 1.0}), true);
        check(json!({"a": [1]}), json!({"a": "1"}), false);
        check(json!({"a": [true]}), json!({"a": true}), true);
        check(json!({"a": [{"prefix": "ord_"}]}), json!({"a": "ord_1"}), true);
        check(json!({"a": [{"prefix": "ord_"}]}), json!({"a": "prd_1"}), false);
        check(json!({"a": [{"suffix": ".csv"}]}), json!({"a": "b.csv"}), true);
        check(json!({"a": [{"suffix": ".csv"}]}), json!({"a": "b.xml"}), false);
        check(json!({"a": [{"equals-ignore-case": "Ü"}]}), json!({"a": "ü"}), true);
        check(json!({"a": [{"exists": false}]}), json!({}), true);
        check(json!({"a": {"b": [{"exists": false}]}}), json!({}), true);
        check(json!({"a": [{"exists": false}]}), json!({"a": 1}), false);
        check(json!({"a": [{"exists": true}]}), json!({"a": null}), true);
        check(json!({"a": [{"exists": true}]}), json!({"a": {"b": 1}}), false);
        check(json!({"a": [{"anything-but": "x"}]}), json!({"a": "y"}), true);
        check(json!({"a": [{"anything-but": "x"}]}), json!({"a": "x"}), false);
        check(json!({"a": [{"anything-but": ["x", "y"]}]}), json!({"a": "y"}), false);
        check(json!({"a": [{"anything-but": {"prefix": "x"}}]}), json!({"a": "xy"}), false);
        check(json!({"a": [{"anything-but": "x"}]}), json!({}), false);
        check(json!({"a": [{"numeric": [">", 0, "<=", 5]}]}), json!({"a": 5}), true);
        check(json!({"a": [{"numeric": [">", 0, "<=", 5]}]}), json!({"a": 0}), false);
        check(json!({"a": [{"numeric": ["=", 2.5]}]}), json!({"a": 2.5}), true);
        check(json!({"a": [{"numeric": [">", 0]}]}), json!({"a": "7"}), false);
    }

    #[test]
    fn one_element_of_a_list_suffices() {
        check(json!({"a": ["x"]}), json!({"a": ["y", "x"]}), true);
        check(json!({"a": {"b": ["x"]}}), json!({"a": [{"b": "y"}, {"b": "x"}]}), true);
        check(json!({"a": [{"anything-but": "x"}]}), json!({"a": ["y", "x"]}), false);
    }

    #[test]
    fn every_named_field_has_to_match_unless_they_are_alternatives() {
        check(json!({"a": ["x"], "b": ["y"]}), json!({"a": "x", "b": "z"}), false);
        check(json!({"$or": [{"a": ["x"]}, {"b": ["y"]}]}), json!({"a": "z", "b": "y"}), true);
        check(json!({"$or": [{"a": ["x"]}, {"b": ["y"]}]}), json!({"a": "z", "b": "z"}), false);
        check(json!({}), json!({"a": 1}), true);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "[]",
            "1",
            r#"{"a": "x"}"#,
            r#"{"a": []}"#,
            r#"{"a": [{"wildcard": "*"}]}"#,
            r#"{"a": [["x"]]}"#,
            r#"{"a": [{"numeric": [">"]}]}"#,
            r#"{"a": [{"numeric": ["~", 1]}]}"#,
            r#"{"a": [{"exists": "yes"}]}"#,
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            r#"{"$or": [1]}"#,
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
