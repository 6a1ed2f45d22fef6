//! What every file of the house keeps to.

use std::fs;

use crate::source::{Source, files, words};
use crate::{complains, nothing_to_complain_about};

/// What lies at the top of the repository, besides files whose name starts with a dot.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "functions",
    "localstack",
    "shared",
    "target",
    "template.yaml",
    "tests",
];
const LONG: usize = 400;
const TOO_LONG: usize = 500;

fn sizes(files: &[Source]) -> (Vec<String>, Vec<String>) {
    let lines = |file: &Source| file.text.lines().count();
    let say = |file: &&Source| format!("{}: {} lines", file.path, lines(file));
    let long = files.iter().filter(|file| (LONG + 1..=TOO_LONG).contains(&lines(file)));
    let too_long = files.iter().filter(|file| lines(file) > TOO_LONG);
    (long.map(|file| say(&file)).collect(), too_long.map(|file| say(&file)).collect())
}

fn drawers(files: &[Source]) -> Vec<String> {
    let drawer = |file: &&Source| {
        let parts = file.path.trim_end_matches(".rs").split('/');
        let mut parts = parts.flat_map(|part| part.split(['_', '-']));
        parts.any(|part| ["common", "helper", "helpers", "misc", "util", "utils"].contains(&part))
    };
    files.iter().filter(drawer).map(|file| format!("{} is a drawer, not a place", file.path)).collect()
}

fn introductions(files: &[Source]) -> Vec<String> {
    let silent = files.iter().filter(|file| !file.text.trim_start().starts_with("//!"));
    silent.map(|file| format!("{} does not say what is in it (`//!`)", file.path)).collect()
}

fn habits(file: &Source) -> Vec<String> {
    let code = if file.is_test() { crate::source::bare(&file.text) } else { file.code() };
    let mut found = Vec::new();
    for (n, line) in code.lines().enumerate() {
        let mut say = |what: &str| found.push(format!("{}:{}: {what}", file.path, n + 1));
        if line.contains("let _ =") && line.contains('(') {
            say("`let _ =` swallows an error; give it a name and a log line");
        }
        for left in ["todo!", "unimplemented!", "dbg!"] {
            if line.contains(left) {
                say(&format!("{left} is not finished"));
            }
        }
        if !file.is_test() && line.contains(".unwrap()") {
            say(".unwrap() outside of a test; say with expect why it cannot happen");
        }
    }
    found
}

fn floats(file: &Source) -> Vec<String> {
    let floats = words(&file.text).filter(|word| ["f32", "f64"].contains(word));
    floats.map(|word| format!("{}: {word} near money", file.path)).collect()
}

fn top_level<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let strangers = names.into_iter().filter(|name| !name.starts_with('.') && !TOP.contains(name));
    strangers.map(|name| format!("{name} has no place at the top of the repository")).collect()
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let (long, too_long) = sizes(&files(&[".rs"]));
    if !long.is_empty() {
        println!("longer than {LONG} lines, which is a smell:\n{}", long.join("\n"));
    }
    nothing_to_complain_about(too_long);
    let file = |lines| Source::new("a.rs", &"\n".repeat(lines));
    assert_eq!(sizes(&[file(400)]), (vec![], vec![]));
    assert_eq!(
        sizes(&[file(401), file(501)]),
        (vec!["a.rs: 401 lines".into()], vec!["a.rs: 501 lines".into()])
    );
}

#[test]
fn no_file_is_a_drawer_for_whatever_has_no_place() {
    nothing_to_complain_about(drawers(&files(&[".rs"])));
    complains(drawers(&[Source::new("shared/web/src/utils.rs", "")]), "web/src/utils.rs");
    complains(drawers(&[Source::new("functions/x/src/common/a.rs", "")]), "common/a.rs");
    complains(drawers(&[Source::new("functions/x/src/date_helpers.rs", "")]), "date_helpers");
}

#[test]
fn every_file_begins_by_saying_what_is_in_it() {
    nothing_to_complain_about(introductions(&files(&[".rs"])));
    complains(introductions(&[Source::new("shared/web/src/lib.rs", "mod a;\n//! late")]), "lib.rs");
}

#[test]
fn no_error_is_swallowed_and_nothing_is_left_unfinished() {
    nothing_to_complain_about(files(&[".rs"]).iter().flat_map(habits).collect());
    let bad = |line: &str| habits(&Source::new("shared/web/src/a.rs", line));
    complains(bad("let _ = send();"), "a.rs:1: `let _ =`");
    complains(bad("\n todo!()"), "a.rs:2: todo!");
    complains(bad("dbg!(x)"), "dbg!");
    complains(bad("x.unwrap()"), ".unwrap()");
    assert!(habits(&Source::new("shared/web/tests/a.rs", "x.unwrap()")).is_empty());
    assert!(bad("#[cfg(test)]\nmod tests { fn a() { x.unwrap() } }").is_empty());
}

#[test]
fn no_float_comes_near_money() {
    let near = |path: &str| {
        let room = path.starts_with("functions/");
        path.starts_with("shared/money/")
            || room && (path.contains("/src/domain") || path.contains("/src/files/"))
    };
    let money: Vec<_> = files(&[".rs"]).into_iter().filter(|file| near(&file.path)).collect();
    assert!(money.iter().any(|file| file.path == "functions/catalog/src/domain/price.rs"));
    nothing_to_complain_about(money.iter().flat_map(floats).collect());
    complains(floats(&Source::new("shared/money/src/a.rs", "let half = 0.5_f64 as f64;")), "f64");
}

#[test]
fn the_top_of_the_repository_holds_what_the_design_names() {
    let names: Vec<_> =
        fs::read_dir(tests::root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    nothing_to_complain_about(top_level(names.iter().map(|name| &**name)));
    complains(top_level(["README.md", "notes.txt"]), "notes.txt");
}
