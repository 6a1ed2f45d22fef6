//! That a document does not promise what no answer and no request can keep.
//!
//! `.ci/run contracts` sends requests made from the documents to a running market; this reads the
//! documents alone, so that a slip shows without it.

use serde_json::{Value, json};
use testkit::spec::{kind, resolve};

/// What a document says that is not so.
fn lies(document: &Value) -> Vec<String> {
    let mut lies = Vec::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    for (path, method, operation) in operations {
        let mut say = |what: String| lies.push(format!("{method} {path} {what}"));
        for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
            let refused = !status.starts_with('2') && !status.starts_with('3');
            for (sent, content) in resolve(answer, document)["content"].as_object().into_iter().flatten() {
                let problem = content["schema"]["$ref"] == "#/components/schemas/Problem";
                if problem != (sent == "application/problem+json")
                    || (refused && !problem && !is_foreign(operation))
                {
                    say(format!("answers {status} as {sent}"));
                }
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if !is_bounded(&parameter["schema"], document) {
                say(format!("does not say what {} looks like", parameter["name"]));
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let parts = schema["allOf"].as_array().into_iter().flatten();
        if parts.map(|part| resolve(part, document)).any(|part| part["additionalProperties"] == false) {
            lies.push(format!("{name} is an allOf with a closed part, which nothing fits"));
        }
        if name.ends_with("Id") && schema["pattern"].as_str().is_none() {
            lies.push(format!("{name} does not say what an id looks like"));
        }
    }
    lies
}

/// Whether it is an operation of another contract, which refuses in its own way.
fn is_foreign(operation: &Value) -> bool {
    operation["tags"][0] == "loms"
}

/// Whether a parameter cannot be just anything.
fn is_bounded(schema: &Value, document: &Value) -> bool {
    let schema = resolve(schema, document);
    match kind(schema, document) {
        "array" => !schema["maxItems"].is_null() && is_bounded(&schema["items"], document),
        "integer" => !schema["minimum"].is_null() && !schema["maximum"].is_null(),
        "string" => ["pattern", "enum", "const", "format"].iter().any(|said| !schema[said].is_null()),
        _ => false,
    }
}

#[test]
fn no_document_promises_what_cannot_be_kept() {
    for (room, document) in tests::documents() {
        assert_eq!(lies(&document), Vec::<String>::new(), "{room}");
    }
}

#[test]
fn a_document_that_lies_is_found_out() {
    let whole = || {
        json!({
            "paths": { "/x/{x}": { "get": {
                "tags": ["public"],
                "parameters": [{"name": "x", "in": "path", "schema": {"$ref": "#/components/schemas/XId"}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}},
                    "default": {"content": {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                    }},
                },
            }}},
            "components": { "schemas": {
                "Problem": {"type": "object"},
                "X": {"type": "object", "properties": {"x": {}}, "additionalProperties": false},
                "XId": {"type": "string", "pattern": "^x_[0-7]$"},
            }},
        })
    };
    assert_eq!(lies(&whole()), Vec::<String>::new());
    let spoil = |change: fn(&mut Value), expect: &str| {
        let mut document = whole();
        change(&mut document);
        let found = lies(&document);
        assert!(found.len() == 1 && found[0].contains(expect), "{expect}: {found:?}");
    };
    spoil(
        |document| {
            let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
            document["paths"]["/x/{x}"]["get"]["responses"]["default"]["content"] =
                json!({"application/json": problem});
        },
        "answers default as application/json",
    );
    spoil(
        |document| {
            document["paths"]["/x/{x}"]["get"]["parameters"][0]["schema"] =
                json!({"type": ["string", "null"]});
        },
        "does not say what",
    );
    spoil(|document| document["components"]["schemas"]["YId"] = json!({"type": "string"}), "YId");
    spoil(
        |document| {
            let part = json!({"$ref": "#/components/schemas/X"});
            document["components"]["schemas"]["Y"] = json!({"allOf": [part, {"type": "object"}]});
        },
        "an allOf with a closed part",
    );
}
