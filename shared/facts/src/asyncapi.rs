//! The facts as an AsyncAPI 3 document, for subscribers outside.
//!
//! Invariant: the document is derived from the words and the subscriptions; `asyncapi.json` beside
//! this crate's manifest is the reviewed copy, and the tests refuse a stale one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{SUBSCRIPTIONS, Word, words};

/// One channel per room that publishes, one message per fact with its golden sample, one operation per
/// room and channel it subscribes to.
pub fn asyncapi() -> Value {
    let mut speakers: BTreeMap<&str, Vec<&Word>> = BTreeMap::new();
    for word in words() {
        speakers.entry(word.speaker()).or_default().push(word);
    }
    let channels: Map<String, Value> =
        speakers.iter().map(|(speaker, said)| ((*speaker).to_owned(), channel(speaker, said))).collect();
    let messages: Map<String, Value> = words().map(|word| (word.name.to_owned(), message(word))).collect();

    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Snail: the facts",
            "version": "1",
            "description": "What the rooms tell each other after the event. Facts of one aggregate \
                            arrive in the order of its versions; the id of a fact is the same on every retry.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations(&speakers),
        "components": { "messages": messages, "schemas": { "Fact": envelope() } },
    })
}

fn channel(speaker: &str, said: &[&Word]) -> Value {
    let messages: Map<String, Value> = said
        .iter()
        .map(|word| (word.name.to_owned(), json!({"$ref": format!("#/components/messages/{}", word.name)})))
        .collect();
    json!({ "address": speaker, "description": format!("What `{speaker}` says."), "messages": messages })
}

fn message(word: &Word) -> Value {
    let golden: Value = serde_json::from_str(word.golden).expect("the tests read every golden sample");
    json!({
        "name": word.name,
        "summary": word.meaning,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Fact"},
                {"type": "object", "properties": {"name": {"const": word.name}}},
            ],
        },
        "examples": [{"name": "golden", "payload": golden}],
    })
}

fn operations(speakers: &BTreeMap<&str, Vec<&Word>>) -> Map<String, Value> {
    let mut operations = Map::new();
    for (speaker, said) in speakers {
        operations
            .insert(format!("{speaker}_says"), operation("send", speaker, said.iter().map(|word| word.name)));
    }
    for (room, heard) in SUBSCRIPTIONS {
        for (speaker, said) in speakers {
            let of_speaker: Vec<&str> =
                said.iter().map(|word| word.name).filter(|name| heard.contains(name)).collect();
            if !of_speaker.is_empty() {
                let name = format!("{room}_hears_{speaker}");
                operations.insert(name, operation("receive", speaker, of_speaker.into_iter()));
            }
        }
    }
    operations
}

fn operation<'a>(action: &str, speaker: &str, names: impl Iterator<Item = &'a str>) -> Value {
    let messages: Vec<Value> =
        names.map(|name| json!({"$ref": format!("#/channels/{speaker}/messages/{name}")})).collect();
    json!({ "action": action, "channel": {"$ref": format!("#/channels/{speaker}")}, "messages": messages })
}

fn envelope() -> Value {
    json!({
        "type": "object",
        "required": ["id", "name", "aggregate", "version", "at", "data"],
        "properties": {
            "id": {"type": "string", "description": "`<aggregate>.<version>.<n>`, the same on every retry."},
            "name": {"type": "string", "description": "The name with its version."},
            "aggregate": {"type": "string", "description": "The id of the thing it happened to."},
            "version": {"type": "integer", "minimum": 0, "description": "The version the thing reached by it."},
            "at": {"type": "string", "format": "date-time", "description": "When it happened."},
            "trace": {"type": "string", "description": "The W3C traceparent of the request that caused it."},
            "data": {"type": "object", "description": "What it says. Fields may be added; ignore unknown ones."},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE=1 cargo test -p facts` writes the copy anew.
    #[test]
    fn the_reviewed_copy_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/asyncapi.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, serde_json::to_string_pretty(&asyncapi()).unwrap() + "\n").unwrap();
        }
        // Compared as values: the order of keys depends on who else is in the build.
        let reviewed: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(
            reviewed == asyncapi(),
            "asyncapi.json is stale: run with UPDATE=1 and review the difference"
        );
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = asyncapi();
        walk(&document, &document);

        fn walk(document: &Value, at: &Value) {
            match at {
                Value::Object(fields) => {
                    if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                        let pointer = target.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{target}");
                    }
                    fields.values().for_each(|value| walk(document, value));
                }
                Value::Array(values) => values.iter().for_each(|value| walk(document, value)),
                _ => {}
            }
        }
    }
}
