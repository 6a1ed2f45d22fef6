//! The files of the house, and what in them is code.

use std::fs;
use std::path::Path;

/// A file with its path from the top of the repository.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    /// The text without comments and literals, and without what only tests compile. Lines stay
    /// where they are.
    pub fn code(&self) -> String {
        without_tests(&bare(&self.text))
    }

    /// Whether the whole file is only there for tests.
    pub fn is_test(&self) -> bool {
        let stem = self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        stem == "tests" || stem.ends_with("_tests") || self.path.split('/').any(|part| part == "tests")
    }

    /// The path inside the room, when the file is part of one: `domain/card.rs`.
    pub fn in_room(&self) -> Option<&str> {
        let (room, inside) = self.path.strip_prefix("functions/")?.split_once("/src/")?;
        (!room.contains('/')).then_some(inside)
    }
}

/// Every file of these kinds, without what builds and tools leave behind.
pub fn files(endings: &[&str]) -> Vec<Source> {
    let root = tests::root();
    let mut found = Vec::new();
    for top in ["functions", "shared", "localstack", "tests"] {
        walk(&root.join(top), &root, endings, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "the house has no files");
    found
}

fn walk(folder: &Path, root: &Path, endings: &[&str], found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                walk(&path, root, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let relative = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push(Source { path: relative, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// The words of a piece of code.
pub fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Blanks comments and literals, keeping every line break.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            'r' if !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw_string(rest),
            '"' => quoted(rest, '"'),
            '\'' => character(rest),
            _ => 0,
        };
        if taken == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.push(' ');
            out.extend(rest[..taken].chars().filter(|c| *c == '\n'));
            rest = &rest[taken..];
        }
    }
    out
}

/// How long the quoted text at the start is, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// How long the raw string at the start is; 0 when there is none.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = 2 + hashes;
    text[body..].find(&end).map_or(text.len(), |at| body + at + end.len())
}

/// How long the character literal at the start is; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => quoted(text, '\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// Blanks every item that stands under `#[cfg(test)]` and has a body of its own.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        let item = &rest[at..];
        let ends = match (item.find('{'), item.find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|semicolon| open < semicolon) => {
                closing(item, open)
            }
            (_, Some(semicolon)) => semicolon + 1,
            _ => item.len(),
        };
        out.extend(item[..ends].chars().filter(|c| *c == '\n'));
        rest = &item[ends..];
    }
    out.push_str(rest);
    out
}

fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn code_is_what_is_neither_comment_nor_literal_nor_test() {
    let check = |text: &str, expect: &[&str]| {
        let code = Source::new("functions/x/src/a.rs", text).code();
        assert_eq!(words(&code).collect::<Vec<_>>(), expect, "{text}");
        assert_eq!(code.lines().count(), text.lines().count(), "{text}");
    };
    check("fn a() {} // todo!()", &["fn", "a"]);
    check("/* dbg\n */ x", &["x"]);
    check(r#"say("let _ = \"x\" {", b)"#, &["say", "b"]);
    check(r##"say(r#"unwrap "here" "#, b)"##, &["say", "b"]);
    check("fn of<'a>(c: &'a str) -> char { '{' }", &["fn", "of", "a", "c", "a", "str", "char"]);
    check("'\\'' x", &["x"]);
    check("a\n#[cfg(test)]\nmod tests {\n  fn b() { c() }\n}\nd", &["a", "d"]);
    check("#[cfg(test)]\nmod tests;\nd", &["d"]);
}

#[test]
fn a_file_of_tests_is_known_by_its_name_or_folder() {
    let check = |path: &str, expect| assert_eq!(Source::new(path, "").is_test(), expect, "{path}");
    check("shared/ask/src/keys_tests.rs", true);
    check("shared/auth/src/token/tests.rs", true);
    check("functions/relay/tests/relay.rs", true);
    check("tests/src/lib.rs", true);
    check("shared/ask/src/keys.rs", false);
}
