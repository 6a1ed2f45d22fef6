//! The contract of a room as a file beside its code, so that a change shows as a diff.

use std::collections::BTreeSet;
use std::path::Path;

use lambda::Room;
use serde::Serialize;

/// Compares a room with what others rely on: its document with `openapi.json` in its folder, and its
/// subscriptions with the table in `facts`.
#[track_caller]
pub fn contract(room: &Room, folder: &str) {
    let document = room.document.as_ref().expect("a room with a face has a document");
    reviewed(folder, &document(Path::new(folder)).unwrap_or_else(|wrong| panic!("{wrong}")));
    let subscribed = facts::SUBSCRIPTIONS.iter().find(|(name, _)| *name == room.name);
    let subscribed: BTreeSet<_> =
        subscribed.into_iter().flat_map(|(_, names)| names.iter().copied()).collect();
    assert_eq!(room.hears.iter().copied().collect::<BTreeSet<_>>(), subscribed, "facts::SUBSCRIPTIONS");
    assert_eq!(room.hears.len(), subscribed.len(), "a fact is heard by one function");
}

/// Compares `openapi.json` in this folder with the document, and wants a name of its own for every
/// operation. `UPDATE=1` writes the file.
#[track_caller]
pub fn reviewed(folder: &str, contract: &impl Serialize) {
    let file = Path::new(folder).join("openapi.json");
    let said = serde_json::to_string_pretty(contract).expect("a contract is JSON") + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &said).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == said, "openapi.json is stale: run the tests of this room with UPDATE=1 and review it");

    let contract = serde_json::to_value(contract).expect("a contract is JSON");
    let mut names = BTreeSet::new();
    for (path, item) in contract["paths"].as_object().expect("a contract has paths") {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let name = operation["operationId"].as_str();
            let name = name.unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(names.insert(name.to_owned()), "{name} is the name of two operations");
        }
    }
    assert!(!names.is_empty(), "a room does something");
}
