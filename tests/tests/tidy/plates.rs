//! What stands beside every door: the rooms' READMEs, and the house's own.

use std::fs;

use facts::invariants::INVARIANTS;

use crate::source::{Source, files};
use crate::{complains, nothing_to_complain_about};

const SUBJECTS: &[&str] = &["owns", "states", "operations", "emits", "hears", "keys", "invariants"];
const LONGEST: usize = 90;

/// A subject opens a table row, stands as a heading, or stands in bold.
fn plate(readme: &Source) -> Vec<String> {
    let said: Vec<String> = readme.text.lines().map(|line| line.trim().to_lowercase()).collect();
    let speaks_of = |subject: &str| {
        let begins =
            [format!("| {subject}"), format!("# {subject}"), format!("## {subject}"), format!("**{subject}")];
        said.iter().any(|line| begins.iter().any(|begin| line.starts_with(begin.as_str())))
    };
    let missing = SUBJECTS.iter().filter(|subject| !speaks_of(subject));
    let mut found: Vec<_> =
        missing.map(|s| format!("{}: the door plate does not say: {s}", readme.path)).collect();
    if said.len() > LONGEST {
        found.push(format!("{}: {} lines are more than a door plate", readme.path, said.len()));
    }
    found
}

fn mentions(readme: &str, invariants: &[(&str, &str)]) -> Vec<String> {
    let missing = invariants.iter().filter(|(number, _)| !readme.contains(number));
    missing.map(|(number, rule)| format!("README.md does not list {number}: {rule}")).collect()
}

#[test]
fn every_room_has_a_door_plate() {
    let plates = files(&["README.md"]);
    let rooms =
        fs::read_dir(tests::root().join("functions")).unwrap().map(|entry| entry.unwrap().file_name());
    for room in rooms {
        let path = format!("functions/{}/README.md", room.to_string_lossy());
        assert!(plates.iter().any(|plate| plate.path == path), "{path} is missing");
    }
    let plates = plates.iter().filter(|readme| readme.path.starts_with("functions/"));
    nothing_to_complain_about(plates.flat_map(plate).collect());
    let bad = Source::new("functions/x/README.md", "# x\n| owns | y |\n## States\n**Emits** z\n");
    complains(plate(&bad), "does not say: operations");
    complains(plate(&bad), "does not say: invariants");
    assert!(!plate(&bad).iter().any(|complaint| complaint.contains("owns") || complaint.contains("emits")));
    complains(plate(&Source::new("functions/x/README.md", &"\n".repeat(91))), "more than a door plate");
}

#[test]
fn the_readme_lists_every_invariant() {
    let readme = fs::read_to_string(tests::root().join("README.md")).expect("the house has a README.md");
    nothing_to_complain_about(mentions(&readme, INVARIANTS));
    complains(mentions("STK-1", &[("STK-1", "a"), ("FCT-1", "b")]), "FCT-1");
}

/// Each of OWASP's ten risks has a row that names tests, and all of them exist.
fn risks(table: &str, code: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for n in 1..=10 {
        let Some(row) = table.lines().find(|line| line.starts_with(&format!("| API{n} "))) else {
            found.push(format!("tests/README.md has no row for API{n}"));
            continue;
        };
        let tests = row.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2);
        let tests: Vec<_> = tests.filter(|name| !name.contains('/')).collect();
        if tests.is_empty() {
            found.push(format!("API{n} names no test"));
        }
        let is_there = |name: &str| code.iter().any(|source| source.text.contains(&format!("fn {name}()")));
        let missing = tests.into_iter().filter(|name| !is_there(name));
        found.extend(missing.map(|name| format!("API{n}: there is no test {name}")));
    }
    found
}

#[test]
fn every_risk_of_an_api_has_its_tests() {
    let table = fs::read_to_string(tests::root().join("tests/README.md")).unwrap();
    nothing_to_complain_about(risks(&table, &files(&["rs"])));
    let (row, code) = ("| API1 Objects | types | `a_b`, `c_d` |", [Source::new("x.rs", "fn a_b() {}")]);
    complains(risks(row, &code), "API1: there is no test c_d");
    complains(risks(row, &code), "no row for API2");
    complains(risks("| API1 Objects | types | none |", &code), "API1 names no test");
}
