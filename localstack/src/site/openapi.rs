//! One OpenAPI document out of the rooms' own.
//!
//! Invariant: where two rooms use one name for different things, the later one's gets the room's name
//! in front, and so do all references to it.

use serde_json::{Map, Value, json};

use crate::functions::Tenant;

const SCHEMA: &str = "#/components/schemas/";

/// The whole market as one document. Every operation is tagged with its room.
pub fn merged(tenants: &[Tenant]) -> Value {
    let rooms = tenants.iter().filter_map(|tenant| Some((tenant.room.name, tenant.openapi?())));
    merge(rooms)
}

fn merge<'a>(rooms: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let (mut paths, mut schemas, mut doors) = (Map::new(), Map::new(), Map::new());
    let (mut tags, mut answers, mut headers) = (Vec::new(), Map::new(), Map::new());
    for (room, mut document) in rooms {
        for (old, new) in renamed(room, &document, &schemas) {
            refer(&mut document, &format!("{SCHEMA}{old}"), &format!("{SCHEMA}{new}"));
            let own = &mut document["components"]["schemas"];
            if let Some(schema) = own.as_object_mut().and_then(|own| own.remove(&old)) {
                own[&new] = schema;
            }
        }
        tags.push(json!({ "name": room, "description": document["info"]["description"] }));
        schemas.extend(taken(&mut document["components"]["schemas"]));
        // The frame's refusals are the same in every room.
        answers.extend(taken(&mut document["components"]["responses"]));
        headers.extend(taken(&mut document["components"]["headers"]));
        doors.extend(taken(&mut document["components"]["securitySchemes"]));
        for (path, mut item) in taken(&mut document["paths"]) {
            for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if operation.is_object() {
                    operation["tags"] = json!([room]);
                }
            }
            paths.insert(path, item);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Snail",
            "description": "A marketplace of rooms.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas, "responses": answers, "headers": headers, "securitySchemes": doors,
        },
    })
}

/// The schemas of a room whose names are taken, and their new names.
fn renamed(room: &str, document: &Value, known: &Map<String, Value>) -> Vec<(String, String)> {
    let own = document["components"]["schemas"].as_object();
    let other = own
        .into_iter()
        .flatten()
        .filter(|(name, schema)| known.get(*name).is_some_and(|known| known != *schema));
    let mut letters = room.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let room: String = first.into_iter().chain(letters).collect();
    other.map(|(name, _)| (name.clone(), format!("{room}{name}"))).collect()
}

fn refer(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "$ref" && text == old => *text = new.to_owned(),
                    member => refer(member, old, new),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, old, new)),
        _ => {}
    }
}

fn taken(value: &mut Value) -> Map<String, Value> {
    match value.take() {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(path: &str, shape: &str) -> Value {
        json!({
            "info": { "description": path },
            "paths": { path: { "get": { "tags": ["x"], "answer": { "$ref": "#/components/schemas/Line" } } } },
            "components": { "schemas": {
                "Line": { "type": shape },
                "Page": { "items": [{ "$ref": "#/components/schemas/Line" }] },
            } },
        })
    }

    #[test]
    fn what_two_rooms_mean_alike_is_there_once() {
        let rooms = [("cart", room("/cart", "object")), ("orders", room("/orders", "object"))];
        let merged = merge(rooms.into_iter());
        assert_eq!(merged["components"]["schemas"].as_object().unwrap().len(), 2);
        assert_eq!(merged["paths"].as_object().unwrap().len(), 2);
        assert_eq!(merged["paths"]["/orders"]["get"]["tags"], json!(["orders"]));
    }

    #[test]
    fn what_two_rooms_mean_differently_is_told_apart() {
        let rooms = [("cart", room("/cart", "object")), ("orders", room("/orders", "string"))];
        let merged = merge(rooms.into_iter());
        let schemas = &merged["components"]["schemas"];
        assert_eq!(schemas["Line"]["type"], "object");
        assert_eq!(schemas["OrdersLine"]["type"], "string");
        let refers = |value: &Value| value["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        assert_eq!(refers(&merged["paths"]["/cart"]["get"]["answer"]), "Line");
        assert_eq!(refers(&merged["paths"]["/orders"]["get"]["answer"]), "OrdersLine");
    }
}
