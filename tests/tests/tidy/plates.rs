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
