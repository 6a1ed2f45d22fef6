//! Who may lean on whom: dependencies point one way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};
use lambda::May;

use crate::source::{Source, files};
use crate::{complains, nothing_to_complain_about};

const VOCABULARY: &[&str] = &["asks", "clock", "facts", "failure", "ids", "money", "words"];
const PLUMBING: &[&str] = &[
    "ask", "auth", "blob", "dynamo", "embedded", "lambda", "observe", "problem", "queue", "testkit", "vault",
    "web",
];
/// What pulls a runtime, a server or a cloud behind it.
const HEAVY: &[&str] = &["axum", "hyper", "lambda_http", "lambda_runtime", "tokio", "tower"];
/// What stands in for AWS, and may not travel to it.
const STAND_INS: &[&str] = &["embedded", "testkit"];

/// A crate by its folder, with the names of what it leans on.
#[derive(Clone, Debug, Default)]
struct Crate {
    folder: String,
    /// What it ships with.
    normal: BTreeSet<String>,
    /// What its tests use besides.
    tests: BTreeSet<String>,
}

impl Crate {
    /// The room whose driver it is.
    fn drives(&self) -> Option<&str> {
        self.folder.strip_prefix("functions/")?.strip_suffix("/driver")
    }
}

/// The crates of the house, and what everything else in the lock file leans on in turn.
struct Graph {
    house: BTreeMap<String, Crate>,
    others: BTreeMap<String, BTreeSet<String>>,
    /// Which room asks which.
    asks: BTreeSet<(String, String)>,
}

impl Graph {
    /// Everything that a crate ships with, however far behind it.
    fn behind<'a>(&'a self, name: &'a str) -> BTreeSet<&'a str> {
        let mut behind = BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let normal = self.house.get(name).map(|known| &known.normal).or_else(|| self.others.get(name));
            for next in normal.into_iter().flatten() {
                if behind.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        behind
    }
}

fn directions(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    let rooms: BTreeSet<&str> = graph
        .house
        .iter()
        .filter(|(_, known)| known.folder.starts_with("functions/") && known.drives().is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    for (name, known) in &graph.house {
        let mut say = |what: String| found.push(format!("{name} {what}"));
        let all = known.normal.iter().chain(&known.tests).map(String::as_str);
        let known_rooms: Vec<_> = all.filter(|other| rooms.contains(other) && other != name).collect();
        match known.folder.split('/').next().unwrap_or_default() {
            "shared" if VOCABULARY.contains(&name.as_str()) => {
                let behind = graph.behind(name);
                let heavy = |other: &&&str| HEAVY.contains(other) || other.starts_with("aws-");
                behind.iter().filter(heavy).for_each(|other| say(format!("is vocabulary and ships {other}")));
                let house = behind.iter().filter(|other| graph.house.contains_key(**other));
                let strange = house.filter(|other| !VOCABULARY.contains(other));
                strange.for_each(|other| say(format!("is vocabulary and leans on {other}")));
            }
            "shared" if PLUMBING.contains(&name.as_str()) => {
                known_rooms.iter().for_each(|room| say(format!("is plumbing and knows the room {room}")));
                let stand_ins = known.normal.iter().filter(|other| STAND_INS.contains(&other.as_str()));
                if !STAND_INS.contains(&name.as_str()) {
                    stand_ins.for_each(|other| say(format!("would take {other} to AWS")));
                }
            }
            "shared" => say("is neither vocabulary nor plumbing: say which in tests/tidy/crates.rs".into()),
            "functions" if known.drives().is_some() => {
                let own = known.drives().unwrap_or_default();
                let others = known_rooms.iter().filter(|room| **room != own);
                others.for_each(|room| say(format!("drives {own} and knows the room {room}")));
            }
            "functions" => {
                known_rooms.iter().for_each(|room| say(format!("is a room and knows the room {room}")));
                let behind = graph.behind(name);
                let stand_ins = behind.iter().filter(|other| STAND_INS.contains(other));
                stand_ins.for_each(|other| say(format!("would take {other} to AWS")));
            }
            _ => {}
        }
        let normal = known.normal.iter().map(|other| (other, false));
        for (other, is_for_tests) in normal.chain(known.tests.iter().map(|other| (other, true))) {
            let Some(room) = graph.house.get(other).and_then(Crate::drives) else { continue };
            let may = match known.drives() {
                Some(own) => graph.asks.contains(&(own.to_owned(), room.to_owned())),
                None => name == "tests" || (name == room && is_for_tests),
            };
            if !may {
                say(format!("knows the driver of {room}"));
            }
        }
        let upstairs = known.normal.iter().chain(&known.tests);
        let upstairs = upstairs.filter(|other| ["localstack", "tests"].contains(&other.as_str()));
        if !["localstack", "tests"].contains(&name.as_str()) {
            upstairs.for_each(|other| say(format!("leans on {other}, which knows everything")));
        }
    }
    found
}

/// Versions and features stand at the root and nowhere else.
fn manifests(manifest: &Source) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains('=') && !line.contains("workspace = true") {
            found.push(format!("{}: {line}: versions stand in the root manifest", manifest.path));
        }
    }
    let package = ["edition.workspace = true", "[lints]\nworkspace = true"];
    let missing = package.iter().filter(|needed| !manifest.text.contains(*needed));
    found.extend(missing.map(|needed| format!("{}: {needed:?} is missing", manifest.path)));
    found
}

fn graph_of_the_house() -> Graph {
    let root = tests::root().canonicalize().unwrap();
    // Without the network cargo has only those crates that were built for this machine.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let machine = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let here = ["--offline", "--filter-platform", machine].map(str::to_owned);
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(root.join("Cargo.toml")).other_options(here).exec().unwrap();
    let members: BTreeSet<_> = metadata.workspace_members.iter().collect();
    let mut graph = Graph { house: BTreeMap::new(), others: BTreeMap::new(), asks: BTreeSet::new() };
    for (room, _) in tests::rooms() {
        for may in room.needs.iter().flat_map(|need| need.may) {
            let May::Ask(others) = may else { continue };
            graph.asks.extend(others.iter().map(|other| (room.name.to_owned(), (*other).to_owned())));
        }
    }
    for package in &metadata.packages {
        let folder = package.manifest_path.parent().unwrap().as_std_path();
        let folder = folder.strip_prefix(&root).unwrap_or(folder).to_string_lossy().into_owned();
        let named = |kinds: &[DependencyKind]| {
            let dependencies = package.dependencies.iter().filter(|d| kinds.contains(&d.kind) && !d.optional);
            dependencies.map(|d| d.name.clone()).collect::<BTreeSet<_>>()
        };
        let name = package.name.to_string();
        if members.contains(&package.id) {
            let normal = named(&[DependencyKind::Normal, DependencyKind::Build]);
            let tests = named(&[DependencyKind::Development]);
            graph.house.insert(name, Crate { folder, normal, tests });
        } else {
            graph.others.entry(name).or_default().extend(named(&[DependencyKind::Normal]));
        }
    }
    graph
}

#[test]
fn dependencies_point_one_way() {
    let graph = graph_of_the_house();
    assert!(graph.house.len() > 15 && graph.others.len() > 100, "cargo metadata shows the whole tree");
    nothing_to_complain_about(directions(&graph));
}

#[test]
fn a_dependency_that_points_the_other_way_is_seen() {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let bad = |name: &str, folder: &str, normal: &[&str], tests: &[&str]| {
        let known = Crate { folder: folder.into(), normal: named(normal), tests: named(tests) };
        let room = Crate { folder: "functions/catalog".into(), ..Crate::default() };
        let ask = Crate { folder: "shared/ask".into(), normal: named(&["embedded"]), ..Crate::default() };
        let embedded = Crate { folder: "shared/embedded".into(), ..Crate::default() };
        let driver = Crate { folder: "functions/catalog/driver".into(), ..Crate::default() };
        let house = [
            ("ask", ask),
            ("catalog", room),
            ("catalog-driver", driver),
            ("embedded", embedded),
            (name, known),
        ];
        let others = BTreeMap::from([("innocent".to_owned(), named(&["tokio"]))]);
        let asks = BTreeSet::from([("cart".to_owned(), "catalog".to_owned())]);
        directions(&Graph { house: house.map(|(n, c)| (n.to_owned(), c)).into(), others, asks })
    };
    complains(bad("money", "shared/money", &["innocent"], &[]), "money is vocabulary and ships tokio");
    complains(bad("money", "shared/money", &["aws-sdk-s3"], &[]), "ships aws-sdk-s3");
    complains(bad("money", "shared/money", &["ask"], &[]), "money is vocabulary and leans on ask");
    complains(bad("web", "shared/web", &["catalog"], &[]), "web is plumbing and knows the room catalog");
    complains(bad("web", "shared/web", &["embedded"], &[]), "web would take embedded to AWS");
    complains(bad("things", "shared/things", &[], &[]), "neither vocabulary nor plumbing");
    complains(bad("orders", "functions/orders", &[], &["catalog"]), "orders is a room and knows the room");
    complains(bad("orders", "functions/orders", &["ask"], &[]), "orders would take embedded to AWS");
    complains(bad("orders", "functions/orders", &["localstack"], &[]), "which knows everything");
    complains(bad("orders", "functions/orders", &[], &["catalog-driver"]), "knows the driver of catalog");
    complains(bad("web", "shared/web", &[], &["catalog-driver"]), "knows the driver of catalog");
    complains(bad("catalog", "functions/catalog", &["catalog-driver"], &[]), "knows the driver of catalog");
    let own = bad("catalog", "functions/catalog", &[], &["catalog-driver"]);
    assert!(own.iter().all(|c| !c.starts_with("catalog")));
    let driver = |room: &str, known: &[&str]| {
        bad(&format!("{room}-driver"), &format!("functions/{room}/driver"), known, &[])
    };
    complains(driver("cart", &["catalog"]), "drives cart and knows the room catalog");
    complains(driver("orders", &["catalog-driver"]), "orders-driver knows the driver of catalog");
    assert!(driver("cart", &["catalog-driver"]).iter().all(|c| !c.starts_with("cart-driver")));
    assert!(bad("orders", "functions/orders", &[], &["embedded"]).iter().all(|c| !c.starts_with("orders")));
}

#[test]
fn versions_stand_in_the_root_manifest() {
    nothing_to_complain_about(files(&["Cargo.toml"]).iter().flat_map(manifests).collect());
    let sound = "[package]\nedition.workspace = true\n[lints]\nworkspace = true\n[dependencies]\n";
    let bad = |line: &str| manifests(&Source::new("shared/x/Cargo.toml", &format!("{sound}{line}")));
    complains(bad("serde = \"1\""), "versions stand in the root");
    complains(manifests(&Source::new("shared/x/Cargo.toml", "[package]")), "lints");
    assert!(bad("serde.workspace = true").is_empty());
    let root = fs::read_to_string(tests::root().join("Cargo.toml")).unwrap();
    assert!(root.contains("[workspace.dependencies]"));
}
