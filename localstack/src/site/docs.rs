//! The documentation as one page, rendered from the OpenAPI document: no script, no other source.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::escaped;
use super::index::STYLE;

/// The page.
pub fn page(document: &Value) -> String {
    let mut main = String::new();
    for tag in list(&document["tags"]) {
        let room = text(&tag["name"]);
        write!(main, "<section id=\"{room}\"><h2>{room}</h2><p>{}</p>", prose(text(&tag["description"])))
            .expect(INTO_A_STRING);
        for (path, method, operation) in operations(document, room) {
            main += &operation_entry(path, method, operation);
        }
        main += "</section>";
    }
    main += "<section id=\"schemas\"><h2>Schemas</h2>";
    for (name, schema) in members(&document["components"]["schemas"]) {
        main += &schema_entry(name, schema);
    }
    main += "</section>";
    let rooms = list(&document["tags"]).iter().map(|tag| text(&tag["name"])).chain(["schemas"]);
    let links: String = rooms.map(|room| format!("<a href=\"#{room}\">{room}</a> ")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Snail: the API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}{MORE_STYLE}</style>\
         <main><h1>Snail: the API</h1><p>{links}<a href=\"/openapi.json\">openapi.json</a> \
         <a href=\"/asyncapi.json\">asyncapi.json</a></p>{main}</main></html>"
    )
}

const INTO_A_STRING: &str = "writing into a string cannot fail";

const MORE_STYLE: &str = "\
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}\
summary{cursor:pointer}summary b{display:inline-block;min-width:4.2rem;font:600 13px ui-monospace,monospace}\
summary span{color:var(--dim)}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;vertical-align:top;border-top:1px solid var(--line);padding:.25rem .8rem .25rem 0}\
th{color:var(--dim);font-weight:400}h2{margin-top:2.5rem}h4{margin:.8rem 0 .2rem}";

/// The operations of a room, in the order of its paths.
fn operations<'a>(document: &'a Value, room: &str) -> Vec<(&'a str, &'a str, &'a Value)> {
    let paths = members(&document["paths"]);
    let all = paths.flat_map(|(path, item)| {
        members(item).map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.filter(|(_, _, operation)| list(&operation["tags"]).iter().any(|tag| tag == room)).collect()
}

fn operation_entry(path: &str, method: &str, operation: &Value) -> String {
    let summary = operation["summary"].as_str().unwrap_or_else(|| text(&operation["description"]));
    let mut entry = format!(
        "<details id=\"{}\"><summary><b>{}</b> <code>{}</code> <span>{}</span></summary>",
        escaped(text(&operation["operationId"])),
        method.to_uppercase(),
        escaped(path),
        prose(summary),
    );
    if let Some(description) = operation["description"].as_str().filter(|said| *said != summary) {
        entry += &format!("<p>{}</p>", prose(description));
    }
    let who = who(&operation["security"]);
    entry += &format!("<h4>Who</h4><p>{who}</p>");
    let parameters: String = list(&operation["parameters"]).iter().map(parameter_row).collect();
    if !parameters.is_empty() {
        entry += &format!("<h4>Parameters</h4><table>{parameters}</table>");
    }
    for (_, media) in members(&operation["requestBody"]["content"]) {
        entry += &format!("<h4>Body</h4><p>{}</p>", kind(&media["schema"]));
    }
    entry += "<h4>Answers</h4><table>";
    for (status, answer) in members(&operation["responses"]) {
        let kinds: Vec<_> = members(&answer["content"]).map(|(_, media)| kind(&media["schema"])).collect();
        let said = prose(text(&answer["description"]));
        let status = if status == "default" { "otherwise" } else { status };
        entry += &format!("<tr><td>{status}</td><td>{}</td><td>{said}</td></tr>", kinds.join(", "));
    }
    entry += "</table></details>";
    entry
}

fn who(security: &Value) -> String {
    let ways: Vec<String> = list(security)
        .iter()
        .map(|way| {
            let doors = members(way).map(|(door, scopes)| {
                let scopes: Vec<_> = list(scopes).iter().map(text).collect();
                let door = match door.as_str() {
                    "person" => "a person with a bearer token",
                    "program" => "a program with an API key",
                    "room" => "another room, by signature",
                    other => other,
                };
                if scopes.is_empty() {
                    door.to_owned()
                } else {
                    format!("{door} (<code>{}</code>)", scopes.join(" "))
                }
            });
            let doors: Vec<_> = doors.collect();
            if doors.is_empty() { "everybody".to_owned() } else { doors.join(" and ") }
        })
        .collect();
    if ways.is_empty() { "everybody".to_owned() } else { ways.join(", or ") }
}

fn parameter_row(parameter: &Value) -> String {
    format!(
        "<tr><td><code>{}</code></td><td>{}{}</td><td>{}</td><td>{}</td></tr>",
        escaped(text(&parameter["name"])),
        text(&parameter["in"]),
        if parameter["required"] == true { ", required" } else { "" },
        kind(&parameter["schema"]),
        prose(text(&parameter["description"])),
    )
}

fn schema_entry(name: &str, schema: &Value) -> String {
    let mut entry = format!(
        "<details id=\"schema-{0}\"><summary><code>{0}</code> <span>{1}</span></summary>",
        escaped(name),
        prose(text(&schema["description"])),
    );
    let required = list(&schema["required"]);
    let rows: String = members(&schema["properties"])
        .map(|(field, of)| {
            let must = if required.iter().any(|name| name == field) { "required" } else { "" };
            let said = prose(text(&of["description"]));
            format!(
                "<tr><td><code>{}</code></td><td>{}</td><td>{must}</td><td>{said}</td></tr>",
                escaped(field),
                kind(of)
            )
        })
        .collect();
    entry += &match rows.is_empty() {
        true => format!("<p>{}</p>", kind(schema)),
        false => format!("<table>{rows}</table>"),
    };
    entry += "</details>";
    entry
}

/// A schema in a few words, with links to named ones.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    for (how, joined) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        let parts: Vec<_> = list(&schema[how]).iter().map(kind).filter(|kind| kind != "null").collect();
        if !parts.is_empty() {
            return parts.join(joined);
        }
    }
    let values: Vec<_> =
        list(&schema["enum"]).iter().map(|v| format!("<code>{}</code>", escaped(text(v)))).collect();
    if !values.is_empty() {
        return values.join(" or ");
    }
    let mut types: Vec<_> = list(&schema["type"]).iter().map(text).filter(|name| *name != "null").collect();
    types.extend(schema["type"].as_str());
    let mut said = match types.as_slice() {
        ["array"] => format!("list of {}", kind(&schema["items"])),
        ["object"] if schema["additionalProperties"].is_object() => {
            format!("map to {}", kind(&schema["additionalProperties"]))
        }
        [] => "anything".to_owned(),
        types => types.join(" or "),
    };
    let bounds = [
        ("format", ""),
        ("minimum", "≥ "),
        ("maximum", "≤ "),
        ("minLength", "length ≥ "),
        ("maxLength", "length ≤ "),
        ("minItems", "items ≥ "),
        ("maxItems", "items ≤ "),
        ("pattern", "like "),
        ("example", "e.g. "),
    ];
    for (name, word) in bounds {
        match &schema[name] {
            Value::Null => {}
            Value::String(bound) => said += &format!(", {word}<code>{}</code>", escaped(bound)),
            bound => said += &format!(", {word}<code>{}</code>", escaped(&bound.to_string())),
        }
    }
    said
}

/// Text with its `code` as code.
fn prose(said: &str) -> String {
    let parts = said.split('`').enumerate();
    let parts = parts.map(|(n, part)| match n % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    parts.collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_that_a_document_says_becomes_markup() {
        let evil = "<script>alert(1)</script>";
        let document = json!({
            "tags": [{ "name": "room", "description": evil }],
            "paths": { evil: { "get": { "tags": ["room"], "summary": evil, "operationId": evil,
                "parameters": [{ "name": evil, "in": "query", "schema": { "type": "string", "pattern": evil } }],
                "responses": { "200": { "description": evil } } } } },
            "components": { "schemas": { evil: { "description": evil, "properties": { evil: { "enum": [evil] } } } } },
        });
        assert!(!page(&document).contains("<script"));
    }

    #[test]
    fn a_schema_is_said_in_a_few_words() {
        let check = |schema: Value, expect: &str| assert_eq!(kind(&schema), expect, "{schema}");
        check(json!({ "type": "integer", "minimum": 1 }), "integer, ≥ <code>1</code>");
        check(json!({ "type": ["string", "null"] }), "string");
        check(
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/Line" } }),
            "list of <a href=\"#schema-Line\">Line</a>",
        );
        check(json!({ "oneOf": [{ "type": "null" }, { "type": "boolean" }] }), "boolean");
    }
}
