//! An example of every body, from a file beside the code: written once, shown in the document, read by the
//! very type that reads requests, and sent for real by the suites.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// Where a room keeps them, by the names of operations.
pub(super) const FILE: &str = "examples.json";

pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, Value>, String> {
    let file = folder.join(FILE);
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}
