//! What the rooms promise each other and the world, as documents that people review.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

mod honest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use testkit::House;
use testkit::spec::operations;

fn of_room(room: &str, path: &str) -> PathBuf {
    tests::root().join("functions").join(room).join(path)
}

/// Every `$ref` of a document that leads nowhere.
fn broken_references(document: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref")
                    && to.strip_prefix('#').is_none_or(|to| document.pointer(to).is_none())
                {
                    broken.push(to.clone());
                }
                open.extend(fields.values());
            }
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    broken
}

/// What is wrong with a document as OpenAPI 3.1.
fn flaws(document: &Value) -> Vec<String> {
    let mut flaws: Vec<_> =
        broken_references(document).iter().map(|to| format!("{to} leads nowhere")).collect();
    if !document["openapi"].as_str().unwrap_or_default().starts_with("3.1.") {
        flaws.push("it is not OpenAPI 3.1".into());
    }
    for field in ["title", "version"] {
        if document["info"][field].as_str().is_none_or(str::is_empty) {
            flaws.push(format!("it has no {field}"));
        }
    }
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let mut say = |what: &str| flaws.push(format!("{method} {path} {what}"));
            if operation["summary"].as_str().or(operation["description"].as_str()).is_none_or(str::is_empty) {
                say("does not say what it does");
            }
            if !operation["responses"].as_object().is_some_and(|responses| responses.contains_key("default"))
            {
                say("does not say how it says no");
            }
            let said = operation["parameters"].as_array().cloned().unwrap_or_default();
            let said: BTreeSet<&str> = said
                .iter()
                .filter(|p| p["in"] == "path")
                .filter_map(|p| p["name"].as_str())
                .map(leak)
                .collect();
            let named: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .map(leak)
                .collect();
            if said != named {
                say(&format!("names {named:?} in its path and describes {said:?}"));
            }
        }
    }
    flaws
}

/// Texts of a test live as long as the test.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

#[test]
fn every_document_is_sound() {
    for (room, document) in tests::documents() {
        assert_eq!(flaws(&document), Vec::<String>::new(), "{room}");
    }
    let spoil = |change: fn(&mut Value), expect: &str| {
        let (_, mut document) = tests::documents().remove(0);
        change(&mut document);
        let found = flaws(&document);
        assert!(found.iter().any(|flaw| flaw.contains(expect)), "{expect}: {found:?}");
    };
    spoil(|document| document["openapi"] = "3.0.3".into(), "not OpenAPI 3.1");
    spoil(|document| document["components"]["schemas"] = Value::Null, "leads nowhere");
    spoil(|document| document["info"]["title"] = Value::Null, "no title");
    spoil(|document| document["paths"]["/a/{b}"] = serde_json::json!({"get": {}}), "get /a/{b} names");
}

#[test]
fn every_operation_has_a_name_of_its_own_in_the_whole_house() {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (room, document) in tests::documents() {
        for operation in operations(room, &document) {
            let id = operation.id;
            let snake = !id.is_empty()
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(snake, "{id:?} of {room} is not written like_this");
            let other = names.insert(id.clone(), room.to_owned());
            assert_eq!(other, None, "{id} stands in two rooms");
        }
    }
    assert!(names.len() > 20);
}

/// What `/docs` shows is all documents laid over each other, so nothing may lie on top of something
/// else.
#[test]
fn the_documents_of_all_rooms_can_be_laid_over_each_other() {
    let mut doors: BTreeMap<(String, String), &str> = BTreeMap::new();
    let mut schemes: BTreeMap<String, (Value, &str)> = BTreeMap::new();
    for (room, document) in tests::documents() {
        for (path, item) in document["paths"].as_object().unwrap() {
            // Two paths that differ in the names of their parameters are one path to a router.
            let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            for method in item.as_object().unwrap().keys() {
                let other = doors.insert((method.clone(), path.clone()), room);
                assert_eq!(other, None, "{method} {path} of {room} is answered elsewhere");
            }
        }
        // Schemas of one name are given the room's when they are laid over each other; doors are not.
        for (name, scheme) in document["components"]["securitySchemes"].as_object().into_iter().flatten() {
            let (known, other) = schemes.entry(name.clone()).or_insert_with(|| (scheme.clone(), room));
            assert!(known == scheme, "{name} is one door in {other} and another in {room}");
        }
    }
    assert!(doors.len() > 40);
}

/// Whoever speaks and whoever listens is a room, and what is said to all can be read there.
#[test]
fn the_facts_lead_from_room_to_room() {
    let rooms: BTreeSet<&str> = tests::rooms().iter().map(|(room, _)| room.name).collect();
    let document = facts::asyncapi();
    for (speaker, channel) in document["channels"].as_object().unwrap() {
        assert!(rooms.contains(speaker.as_str()), "{speaker} speaks and is no room");
        assert!(!channel["messages"].as_object().unwrap().is_empty(), "{speaker} says nothing");
    }
    for (listener, names) in facts::SUBSCRIPTIONS {
        assert!(rooms.contains(listener), "{listener} listens and is no room");
        for name in *names {
            let speaker = name.split('.').next().unwrap();
            let message = &document["channels"][speaker]["messages"][*name];
            assert!(!message.is_null(), "{listener} waits for {name}, which {speaker} does not say");
            let heard = &document["operations"][format!("{listener}_hears_{speaker}")]["messages"];
            let to = format!("#/channels/{speaker}/messages/{name}");
            assert!(
                heard.as_array().into_iter().flatten().any(|heard| heard["$ref"] == *to),
                "the document does not say that {listener} hears {name}"
            );
        }
    }
}

#[test]
fn the_reviewed_documents_are_what_the_code_says() {
    for (room, reviewed) in tests::rooms() {
        let Some(document) = &room.document else { continue };
        let said = serde_json::to_value(document(&of_room(room.name, "")).unwrap()).unwrap();
        assert!(said == reviewed, "{}: openapi.json is stale: run the room's tests with UPDATE=1", room.name);
    }
    let reviewed = fs::read_to_string(tests::root().join("shared/facts/asyncapi.json")).unwrap();
    let reviewed: Value = serde_json::from_str(&reviewed).unwrap();
    assert!(
        reviewed == facts::asyncapi(),
        "shared/facts/asyncapi.json is stale: run its tests with UPDATE=1"
    );
    assert_eq!(broken_references(&reviewed), Vec::<String>::new());
}

/// What was once said in this shape must be understood for ever.
#[tokio::test]
async fn every_golden_fact_is_heard_by_everybody_who_subscribes_to_it() {
    for (room, _) in tests::rooms() {
        let house = House::open(room.clone()).await;
        let mut heard = 0;
        for word in facts::words() {
            let path = tests::root().join(format!("shared/facts/golden/{}.json", word.name));
            let fact: facts::Fact = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(fact.name, word.name);
            if facts::subscribers(&fact.name).any(|name| name == room.name) {
                let failed = house.hear(&[fact]).await;
                assert!(
                    failed.is_empty(),
                    "{} does not understand {}: {}",
                    room.name,
                    word.name,
                    house.lines.text()
                );
                heard += 1;
            }
        }
        let listens = facts::SUBSCRIPTIONS
            .iter()
            .find(|(name, _)| *name == room.name)
            .map_or(0, |(_, heard)| heard.len());
        assert_eq!(heard, listens, "{} waits for a fact without a sample", room.name);
    }
}
