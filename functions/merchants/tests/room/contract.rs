//! The contract as a file: whoever changes it sees the difference.

use std::path::Path;

/// Run the tests with `UPDATE=1` to write what the code says now.
#[test]
fn the_contract_in_the_file_is_the_contract_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let said = merchants::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &said).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == said, "openapi.json is stale: run the tests of this room with UPDATE=1 and review it");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(merchants::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<_> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!((names.len(), unique.len()), (58, 58), "{names:?}");
}
