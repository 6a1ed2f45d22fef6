//! The events that are fed to single functions under SAM.

use facts::Fact;
use serde_json::Value;

use crate::nothing_to_complain_about;

/// What is wrong with the event of a function.
fn complaints(name: &str, binary: &str, role: &str, event: &Value) -> Vec<String> {
    if role != "worker" {
        return Vec::new();
    }
    let records = event["Records"].as_array().cloned().unwrap_or_default();
    let facts = records.iter().map(|record| record["body"].as_str().unwrap_or_default());
    let heard = |fact: &Fact| facts::subscribers(&fact.name).any(|room| room == binary);
    let deaf = facts.filter(|body| !serde_json::from_str(body).is_ok_and(|fact| heard(&fact)));
    deaf.map(|body| format!("{name}.json: {binary} does not hear {body}")).collect()
}

#[test]
fn every_function_has_an_event_and_every_worker_one_that_it_hears() {
    let mut found = Vec::new();
    for function in testkit::template().functions {
        let name = &function.logical_id;
        let file = tests::root().join("localstack/events").join(format!("{name}.json"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let event: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let role = function.environment.get("ROLE").map_or("", String::as_str);
        found.extend(complaints(name, &function.binary, role, &event));
    }
    nothing_to_complain_about(found);
    let deaf = serde_json::json!({ "Records": [{ "body": "{}" }] });
    assert_eq!(complaints("CartWorker", "cart", "worker", &deaf).len(), 1);
}
