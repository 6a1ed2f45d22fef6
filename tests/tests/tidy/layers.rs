//! Layers inside a room, each known by what is absent from it.

use crate::source::{Source, files, words};
use crate::{complains, nothing_to_complain_about};

/// What a folder of a room may not know.
const ABSENT: &[(&str, &[&str])] = &[
    // True with paper and pencil.
    (
        "domain/",
        &[
            "async",
            "await",
            "aws_lambda_events",
            "axum",
            "blob",
            "Clock",
            "clock",
            "dynamo",
            "http",
            "lambda",
            "observe",
            "problem",
            "queue",
            "tokio",
            "web",
        ],
    ),
    // A use case does not know that it is asked over HTTP, nor where anything lies.
    ("app/", &["axum", "StatusCode", "HeaderMap", "Router"]),
    ("store/", &["axum", "StatusCode", "Router", "web"]),
    ("inbox/", &["axum", "StatusCode", "Router"]),
];

/// Statuses that say no.
const REFUSALS: &[&str] = &[
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "GONE",
    "PRECONDITION_FAILED",
    "PAYLOAD_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE",
    "UNPROCESSABLE_ENTITY",
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
    "BAD_GATEWAY",
    "SERVICE_UNAVAILABLE",
    "GATEWAY_TIMEOUT",
];

fn absences(file: &Source) -> Vec<String> {
    let Some(inside) = file.in_room().filter(|_| !file.is_test()) else { return Vec::new() };
    let code = file.code();
    let mut found = Vec::new();
    for (folder, absent) in ABSENT.iter().filter(|(folder, _)| inside.starts_with(folder)) {
        let known = absent.iter().filter(|word| knows(&code, word));
        found.extend(known.map(|word| format!("{}: {folder} may not know {word}", file.path)));
    }
    // A foreign contract has its own table of refusals, in the file that speaks it.
    if !["api/problems.rs", "api/loms.rs"].contains(&inside) {
        let named = words(&code).filter(|word| REFUSALS.contains(word));
        found.extend(named.map(|word| format!("{}: {word} belongs into api/problems.rs", file.path)));
    }
    if !inside.starts_with("store") && code.contains("Key::new(") {
        found.push(format!("{}: only store/ makes a key", file.path));
    }
    found
}

/// A crate is known by its path, a keyword or a type by itself: a field may be called `queue`.
fn knows(code: &str, word: &str) -> bool {
    let alone = word.starts_with(char::is_uppercase) || ["async", "await"].contains(&word);
    let uses = [format!("{word}::"), format!("use {word};")];
    match alone {
        true => words(code).any(|found| found == word),
        false => uses.iter().any(|used| {
            code.match_indices(used.as_str())
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        }),
    }
}

#[test]
fn every_layer_of_a_room_lacks_what_it_may_not_know() {
    nothing_to_complain_about(files(&[".rs"]).iter().flat_map(absences).collect());
    let bad = |path: &str, text: &str| absences(&Source::new(path, text));
    complains(bad("functions/x/src/domain/a.rs", "async fn a() {}"), "may not know async");
    complains(bad("functions/x/src/domain/a.rs", "use clock::Clock;"), "may not know clock");
    complains(bad("functions/x/src/domain/a.rs", "fn a(t: &tokio::time::Instant) {}"), "may not know tokio");
    complains(bad("functions/x/src/app/a.rs", "StatusCode::OK"), "may not know StatusCode");
    complains(bad("functions/x/src/api/a.rs", "Err(StatusCode::NOT_FOUND)"), "belongs into api/problems.rs");
    complains(bad("functions/x/src/app/a.rs", "Key::new(a, b)"), "only store/ makes a key");
    assert!(bad("functions/x/src/api/problems.rs", "StatusCode::NOT_FOUND").is_empty());
    assert!(bad("functions/x/src/store/keys.rs", "Key::new(a, b)").is_empty());
    assert!(bad("functions/x/src/domain/a.rs", "self.queue.web_address(crate::domain::http)").is_empty());
}
