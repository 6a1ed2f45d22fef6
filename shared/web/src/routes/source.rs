//! The doc comment of a handler, read from the sources of its room.
//!
//! A compiled function does not know its doc comment, so the test that builds the document reads the
//! source. `cart::api::carts::show_cart` is the function `show_cart` in `src/api/carts.rs` or
//! `src/api/carts/mod.rs` of the room's folder.

use std::fs;
use std::path::Path;

/// The description of an operation: the first paragraph of the doc comment, and the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub summary: String,
    pub description: Option<String>,
}

/// The doc comment of the handler of this full name.
pub(super) fn comment(folder: &Path, handler: &str) -> Result<Comment, String> {
    let (module, function) = handler.rsplit_once("::").ok_or_else(|| format!("{handler} has no module"))?;
    let module = module.split_once("::").map_or("lib", |(_, module)| module).replace("::", "/");
    let files = [format!("src/{module}.rs"), format!("src/{module}/mod.rs")];
    let text = files.iter().find_map(|file| fs::read_to_string(folder.join(file)).ok());
    let text = text.ok_or_else(|| format!("{handler} is in none of {files:?} of {}", folder.display()))?;
    read(&text, function).map_err(|why| format!("{handler} {why}"))
}

fn read(text: &str, function: &str) -> Result<Comment, &'static str> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = lines.iter().enumerate().filter(|(_, line)| begins(line, function));
    let (Some((at, _)), rest) = (found.next(), found.next()) else { return Err("is not in its file") };
    if rest.is_some() {
        return Err("is in its file twice");
    }
    let above = lines[..at].iter().rev().skip_while(|line| line.starts_with("#["));
    let mut said: Vec<&str> = above.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    said.reverse();
    let mut paragraphs = said.split(|line| line.is_empty()).map(|lines| lines.join("\n"));
    let summary = paragraphs.next().filter(|summary| !summary.is_empty());
    let summary = summary.ok_or("has no doc comment right above it")?;
    let description = paragraphs.collect::<Vec<_>>().join("\n\n");
    Ok(Comment { summary, description: Some(description).filter(|description| !description.is_empty()) })
}

/// Whether a line is the head of the async function of this name.
fn begins(line: &str, function: &str) -> bool {
    let head = line
        .split_once("async fn ")
        .filter(|(before, _)| before.is_empty() || before.starts_with("pub ") || before.starts_with("pub("));
    let rest = head.and_then(|(_, named)| named.strip_prefix(function));
    rest.is_some_and(|rest| rest.starts_with(['(', '<']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "
/// Shows the counter.
async fn show(State(room): State<Room>) -> Answer {

    /// Makes it grow, by as much
    /// as is said.
    ///
    /// Never backwards.
    ///
    /// Nor twice.
    #[allow(dead_code)]
    pub(super) async fn grow() {}

/// Belongs to what is between.
const BETWEEN: u8 = 0;
async fn silent() {}

///
async fn empty() {}

/// One.
pub async fn twice<T>() {}
/// Two.
async fn twice() {}
// It says async fn quoted() only in passing.
";

    #[test]
    fn the_first_paragraph_is_the_summary_and_the_others_the_description() {
        let check = |function: &str, summary: &str, description: Option<&str>| {
            let expect = Comment { summary: summary.into(), description: description.map(str::to_owned) };
            assert_eq!(read(ROOM, function), Ok(expect), "{function}");
        };
        check("show", "Shows the counter.", None);
        check("grow", "Makes it grow, by as much\nas is said.", Some("Never backwards.\n\nNor twice."));
    }

    #[test]
    fn a_handler_that_says_nothing_or_is_not_found_is_an_error() {
        for (function, why) in [
            ("silent", "has no doc comment right above it"),
            ("empty", "has no doc comment right above it"),
            ("sho", "is not in its file"),
            ("quoted", "is not in its file"),
            ("twice", "is in its file twice"),
        ] {
            assert_eq!(read(ROOM, function), Err(why), "{function}");
        }
    }

    #[test]
    fn an_error_names_the_handler() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let check = |handler: &str, why: &str| {
            let said = comment(here, handler).unwrap_err();
            assert!(said.starts_with(handler) && said.contains(why), "{said}");
        };
        check("web::routes::draft::nothing", "is not in its file");
        check("web::nowhere::nothing", "src/nowhere/mod.rs");
        check("nothing", "has no module");
    }
}
