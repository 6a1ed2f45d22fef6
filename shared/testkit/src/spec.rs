//! An OpenAPI document as a test reads it: its operations, who may call them, and examples of what
//! they take.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};

/// One operation of one room.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its room.
    pub room: &'static str,
    /// Its `operationId`.
    pub id: String,
    /// How it is called.
    pub method: Method,
    /// Where, with its parameters in braces.
    pub path: String,
    /// Whom it belongs to in the document.
    pub tag: String,
    /// Who may call it.
    pub door: Option<Door>,
    /// Whether it only reads, and every caller gets the same answer.
    pub public_read: bool,
    /// The schema of its JSON body, when it takes one.
    pub body: Option<Value>,
    /// The example of that body.
    pub shown: Value,
    /// The names of its query parameters.
    pub query: Vec<String>,
    /// Those of them without which it is refused.
    pub needs: Vec<String>,
    /// Whether it takes an `Idempotency-Key`.
    pub takes_key: bool,
    /// Whether it is refused without one.
    pub keyed: bool,
    /// Whether it takes `If-Match`.
    pub takes_version: bool,
    /// The status with which it succeeds.
    pub success: u16,
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    Person,
    /// The people and programs of the merchant in the path.
    Member,
    /// The people who run the market.
    Admin,
}

/// Every operation of a room's document.
pub fn operations(room: &'static str, document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("a document has paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, said)| operation(room, path, method, said))
    });
    all.collect()
}

fn operation(room: &'static str, path: &str, method: &str, said: &Value) -> Operation {
    let parameters = || said["parameters"].as_array().into_iter().flatten();
    let query = || parameters().filter(|parameter| parameter["in"] == "query");
    let names = |parameter: &Value| parameter["name"].as_str().map(str::to_owned);
    let header = |name: &str| parameters().find(|said| said["in"] == "header" && said["name"] == name);
    let key = header("Idempotency-Key");
    let statuses = said["responses"].as_object().into_iter().flat_map(|answers| answers.keys());
    let json = &said["requestBody"]["content"]["application/json"];
    let body = &json["schema"];
    let tag = said["tags"][0].as_str().unwrap_or_default().to_owned();
    Operation {
        room,
        id: said["operationId"].as_str().unwrap_or_default().to_owned(),
        method: method.to_uppercase().parse().expect("a method of HTTP"),
        door: door(path, &tag, &said["security"]),
        public_read: method == "get" && said["security"].is_null(),
        tag,
        path: path.to_owned(),
        body: (!body.is_null()).then(|| body.clone()),
        shown: json["example"].clone(),
        query: query().filter_map(names).collect(),
        needs: query().filter(|parameter| parameter["required"] == true).filter_map(names).collect(),
        takes_key: key.is_some(),
        keyed: key.is_some_and(|key| key["required"] == true),
        takes_version: header("If-Match").is_some(),
        success: statuses.filter_map(|status| status.parse().ok()).min().unwrap_or_default(),
    }
}

/// Who may call it, as far as the document says so beyond doubt.
pub fn door(path: &str, tag: &str, security: &Value) -> Option<Door> {
    let ways: Vec<&Map<String, Value>> =
        security.as_array().into_iter().flatten().filter_map(Value::as_object).collect();
    let has = |name: &str| ways.iter().any(|way| way.contains_key(name));
    let anybody = ways.iter().any(|way| way.is_empty());
    match tag {
        // Whom it knows, it may know better: a guest's cart is everybody's, a person's is the person's.
        "public" if ways.is_empty() || anybody => Some(Door::Public),
        "loms" if anybody => Some(Door::Public),
        "admin" if has("person") && ways.len() == 1 => Some(Door::Admin),
        "merchant" if has("person") && !anybody && path.contains("{merchant}") => Some(Door::Member),
        "account" if has("person") && !anybody => Some(Door::Person),
        _ => None,
    }
}

impl Operation {
    /// The path with its parameters filled in; one that is not known gets a fitting id of nothing.
    pub fn path_with(&self, known: &BTreeMap<&str, String>) -> String {
        let parts = self.path.split('/').map(|part| {
            let name = part.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            match name {
                None => part.to_owned(),
                Some(name) => known.get(name).cloned().unwrap_or_else(|| nothing(name)),
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The id of something that is not there.
fn nothing(parameter: &str) -> String {
    let named =
        ids::REGISTRY.iter().find(|(_, name)| name.to_lowercase().ends_with(&format!("{parameter}id")));
    match (named, parameter) {
        (Some((prefix, _)), _) => format!("{prefix}_{}", "0".repeat(26)),
        (None, "sku" | "user") => "1".to_owned(),
        (None, "locale") => "en".to_owned(),
        (None, _) => "nothing".to_owned(),
    }
}

/// An example of what a schema describes: the smallest that is allowed, with every field.
pub fn example(schema: &Value, document: &Value) -> Value {
    let schema = resolve(schema, document);
    if let Some(given) = [&schema["example"], &schema["examples"][0], &schema["const"], &schema["enum"][0]]
        .into_iter()
        .find(|given| !given.is_null())
    {
        return given.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        let real = schema[choice].as_array().into_iter().flatten().find(|one| one["type"] != "null");
        if let Some(real) = real {
            return example(real, document);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        let parts = all.iter().filter_map(|part| example(part, document).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    match kind(schema, document) {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, field)| (name.clone(), example(field, document))).collect())
        }
        "array" => json!([example(&schema["items"], document)]),
        "integer" | "number" => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => Value::from(text(schema)),
    }
}

/// The type of a schema, without the `null` that an optional field allows.
pub fn kind<'a>(schema: &'a Value, document: &'a Value) -> &'a str {
    let schema = resolve(schema, document);
    for choice in ["oneOf", "anyOf"] {
        let real = schema[choice].as_array().into_iter().flatten().find(|one| one["type"] != "null");
        if let Some(real) = real {
            return kind(real, document);
        }
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        kind => kind.as_str().unwrap_or("string"),
    }
}

/// Follows a `$ref` to what it means.
pub fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        None => schema,
        Some(to) => {
            let found = document.pointer(to.trim_start_matches('#'));
            resolve(found.unwrap_or_else(|| panic!("{to} leads nowhere")), document)
        }
    }
}

fn text(schema: &Value) -> String {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date-time"), _) => "2026-11-21T12:00:00Z".into(),
        (_, Some(pattern)) => {
            let prefix = pattern.trim_start_matches('^').split('_').next().unwrap_or_default();
            let id = ids::REGISTRY.iter().find(|(known, _)| *known == prefix);
            id.map_or_else(|| "a".repeat(64), |(known, _)| format!("{known}_{}", "0".repeat(26)))
        }
        _ => "abc".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_that_the_document_leaves_open_to_doubt_is_no_door() {
        let person = json!([{"person": []}]);
        let check = |path: &str, tag: &str, security: &Value, expect| {
            assert_eq!(door(path, tag, security), expect, "{path} {tag} {security}");
        };
        check("/x/things", "public", &Value::Null, Some(Door::Public));
        check("/x/things", "merchant", &Value::Null, None);
        check("/x/things", "public", &person, None);
        check("/x/things", "public", &json!([{}, {"person": []}]), Some(Door::Public));
        check("/x/things", "", &Value::Null, None);
        check("/x/merchants/{merchant}/things", "merchant", &person, Some(Door::Member));
        check("/x/things", "merchant", &person, None);
        check("/x/merchants/{merchant}/things", "merchant", &json!([{}, {"person": []}]), None);
        check("/x/things", "admin", &person, Some(Door::Admin));
        check("/x/asks/hold", "rooms", &json!([{"room": []}]), None);
    }

    #[test]
    fn an_example_fits_its_schema() {
        let document = json!({"components": {"schemas": {"N": {"type": "integer", "minimum": 3}}}});
        let check =
            |schema: Value, expect: Value| assert_eq!(example(&schema, &document), expect, "{schema}");
        check(json!({"$ref": "#/components/schemas/N"}), json!(3));
        check(json!({"type": ["string", "null"], "format": "date-time"}), json!("2026-11-21T12:00:00Z"));
        check(json!({"oneOf": [{"type": "null"}, {"type": "boolean"}]}), json!(true));
        check(
            json!({"type": "object", "properties": {"a": {"type": "array", "items": {"enum": ["x"]}}}}),
            json!({"a": ["x"]}),
        );
        check(
            json!({"type": "string", "pattern": "^var_[0-9a-z]{26}$"}),
            json!(format!("var_{}", "0".repeat(26))),
        );
    }
}
