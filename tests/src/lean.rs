//! How many lines a room takes: what its operations cost whoever reads, mends or copies it.

use std::fs;
use std::path::{Path, PathBuf};

use ask::Answers;
use serde_json::Value;
use testkit::House;

/// The weight of one room.
#[derive(Clone, Debug)]
pub struct Weight {
    /// The room.
    pub room: &'static str,
    /// What it can be asked to do, over HTTP and by other rooms.
    pub operations: usize,
    /// The lines of its sources, without blank ones and without tests.
    pub lines: usize,
    /// Those of them that declare the room and begin its folders, without the table of its routes.
    pub shell: usize,
}

/// What the lines of a route table begin with.
const ROUTES: [&str; 5] = [".tag(", ".get(", ".post(", ".put(", ".delete("];
const SHELL: [&str; 6] = ["lib.rs", "main.rs", "api/mod.rs", "app/mod.rs", "inbox.rs", "inbox/mod.rs"];

impl Weight {
    /// Lines for each operation, rounded up.
    pub fn per_operation(&self) -> usize {
        self.lines.div_ceil(self.operations.max(1))
    }
}

/// Every room's weight.
pub async fn weights() -> Vec<Weight> {
    let mut weights = Vec::new();
    for (room, document) in crate::rooms() {
        let name = room.name;
        let sources = crate::root().join("functions").join(name).join("src");
        let paths = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
        let served: usize = paths.filter_map(Value::as_object).map(|item| item.len()).sum();
        let asked = House::open(room).await.door().operations().len();
        let all = files(&sources).iter().map(|file| lines(file).len()).sum();
        let shell = SHELL.iter().flat_map(|file| lines(&sources.join(file)));
        let shell = shell.filter(|line| !ROUTES.iter().any(|route| line.trim().starts_with(route))).count();
        weights.push(Weight { room: name, operations: served + asked, lines: all, shell });
    }
    weights
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The lines of one file, up to a module of tests at its end; a file of tests has none.
fn lines(file: &Path) -> Vec<String> {
    let is_tests = file.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
    let text = if is_tests { String::new() } else { fs::read_to_string(file).unwrap_or_default() };
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    let lines: Vec<_> = code.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    lines
}
