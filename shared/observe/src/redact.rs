//! The never-log list, and what enforces it on every line before it leaves the process.
//!
//! There are two filters, because secrets reach a log in two ways: as a field with a telling *name*,
//! and inside a text from elsewhere (a URL, a header, the `Debug` of a request), where only its *shape*
//! or the name in front of it is known. Both hide too much rather than too little: a hidden word costs
//! an operator a minute, a leaked token costs a customer.
//!
//! Invariant: a value under a listed name is removed at any depth, and a text in the shape of one of
//! our credentials wherever it stands, object keys included.

use serde_json::{Map, Value};

/// The text in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Names that are secret wherever they occur inside a field name: `user_email`, `XApiKey`.
const PARTS: &[&str] = &[
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "email",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
];

/// Names that are secret as whole words (`card_number`, `accessToken`) and innocent inside
/// other words (`discard`, `broken`).
const WORDS: &[&str] = &[
    "accesstoken",
    "address",
    "birthdate",
    "birthday",
    "card",
    "cardnumber",
    "cvc",
    "cvv",
    "dob",
    "firstname",
    "fullname",
    "iban",
    "idtoken",
    "ipaddress",
    "jwt",
    "lastname",
    "mobile",
    "msisdn",
    "otp",
    "pan",
    "passport",
    "phone",
    "phonenumber",
    "pin",
    "postcode",
    "pwd",
    "refreshtoken",
    "signature",
    "street",
    "surname",
    "token",
];

/// The prefixes of credentials, and which signs they may contain besides letters and digits.
const SHAPES: &[(&str, &str)] =
    &[("eyJ", "-_.="), ("snk_", "-_."), ("snl_", "_"), ("snr_", "_"), ("whsec_", "+/=-_")];

/// The longest text a line carries. CloudWatch cuts long lines in the middle of their JSON.
const TEXT_LIMIT: usize = 4096;

/// Removes every secret from a value, in place.
pub fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            *fields = std::mem::take(fields).into_iter().map(redact_field).collect::<Map<_, _>>();
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) => *text = shorten(mask(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a field of this name may never be logged. Case and separators do not matter.
pub fn is_secret(name: &str) -> bool {
    let (squashed, edges) = squash(name);
    let is_word = |word: &str| {
        squashed.match_indices(word).any(|(start, _)| {
            let end = start + word.len();
            edges.contains(&start) && (edges.contains(&end) || matches!(&squashed[end..], "s" | "es"))
        })
    };
    PARTS.iter().any(|part| squashed.contains(part)) || WORDS.iter().any(|word| is_word(word))
}

/// Removes every secret from a text.
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut begins_word = true;
    while let Some(next) = rest.chars().next() {
        let hidden = shaped(rest)
            .map(|length| (0, length))
            .or_else(|| begins_word.then(|| bearer(rest).or_else(|| assigned(rest)))?);
        let step = match hidden {
            Some((kept, length)) => {
                out.push_str(&rest[..kept]);
                out.push_str(REDACTED);
                begins_word = true;
                kept + length
            }
            None => {
                out.push(next);
                begins_word = !is_name(next);
                next.len_utf8()
            }
        };
        rest = &rest[step..];
    }
    out
}

fn redact_field((name, mut value): (String, Value)) -> (String, Value) {
    // Whether there is a value is worth knowing and gives nothing away.
    let reveals = !matches!(value, Value::Null | Value::Bool(_));
    if reveals && is_secret(&name) {
        value = Value::String(REDACTED.to_owned());
    } else {
        redact(&mut value);
    }
    (mask(&name), value)
}

/// A name in lower case without its separators, and where its words begin and end.
fn squash(name: &str) -> (String, Vec<usize>) {
    let mut squashed = String::with_capacity(name.len());
    let mut edges = vec![0];
    let mut after_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (after_lower && c.is_uppercase()) {
            edges.push(squashed.len());
        }
        after_lower = c.is_lowercase() || c.is_numeric();
        if c.is_alphanumeric() {
            squashed.extend(c.to_lowercase());
        }
    }
    edges.push(squashed.len());
    (squashed, edges)
}

/// The length of the credential at the beginning of `text`.
fn shaped(text: &str) -> Option<usize> {
    let (prefix, signs) = SHAPES.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let belongs = |c: &char| c.is_ascii_alphanumeric() || signs.contains(*c);
    let tail = text[prefix.len()..].chars().take_while(belongs).count();
    let body = &text[prefix.len()..prefix.len() + tail];
    // Base64 of any JSON begins like a JWT; only the dots between its parts tell.
    let whole = if *prefix == "eyJ" { body.contains('.') } else { !body.is_empty() };
    whole.then_some(prefix.len() + tail)
}

/// `Bearer <anything>`: how much to keep, and the length of what to hide.
fn bearer(text: &str) -> Option<(usize, usize)> {
    const SCHEME: usize = "bearer".len();
    let scheme = text.get(..SCHEME)?;
    let after = &text[SCHEME..];
    let gap = if after.starts_with("%20") { 3 } else { after.len() - after.trim_start().len() };
    let length = after[gap..].find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';'));
    let length = length.unwrap_or(after.len() - gap);
    (scheme.eq_ignore_ascii_case("bearer") && gap > 0 && length > 0).then_some((SCHEME + gap, length))
}

/// `password=…`, `"email":"…"`, `Authorization: …`: how much to keep, and the length of what
/// to hide. A bare `address:` or `token:` is ordinary prose and stays.
fn assigned(text: &str) -> Option<(usize, usize)> {
    let name_ends = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    let (name, after) = text.split_at(name_ends);
    let closed = after.trim_start_matches(['\\', '"', '\'']);
    let quoted_name = closed.len() < after.len();
    let spaced = closed.trim_start_matches(' ');
    let (colon, value) = match () {
        () if spaced.starts_with(':') => (true, &spaced[1..]),
        () if spaced.starts_with('=') => (false, spaced[1..].trim_start_matches('=')),
        () if closed.starts_with("%3D") || closed.starts_with("%3d") => (false, &closed[3..]),
        () => return None,
    };
    let value = value.trim_start_matches(' ');
    let (squashed, _) = squash(name);
    let telling = !colon || quoted_name || PARTS.iter().any(|part| squashed.contains(part));
    if !telling || !is_secret(name) || value.is_empty() || value.starts_with(REDACTED) {
        return None;
    }
    let opening = value.len() - value.trim_start_matches('\\').len();
    let (skipped, length) = match value[opening..].chars().next() {
        Some(quote @ ('"' | '\'')) => (opening + 1, quoted(&value[opening + 1..], quote, opening)),
        _ => (0, unquoted(value, colon)),
    };
    (length > 0).then_some((text.len() - value.len() + skipped, length))
}

/// Up to the quote that closes the value. An escaped quote inside has more backslashes before it than
/// the one that opened it.
fn quoted(value: &str, quote: char, escapes: usize) -> usize {
    let unescaped = |at: usize| value[..at].trim_end_matches('\\').len();
    let closes = |at: &usize| at - unescaped(*at) <= escapes;
    let closing = value.match_indices(quote).map(|(at, _)| at).find(closes);
    closing.map_or(value.len(), unescaped)
}

/// Up to the end of the line after a colon, as in headers; up to the next separator after an
/// equals sign, as in queries and forms, unless a bracket or quote shows that it is more than
/// one word.
fn unquoted(value: &str, colon: bool) -> usize {
    let line = value.find(['\n', '\r']).unwrap_or(value.len());
    let word = value.find(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | ',')).unwrap_or(value.len());
    let many_words = value[..word].contains(['"', '\'', '(', '[', '{']);
    if colon || many_words { line } else { word }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn shorten(mut text: String) -> String {
    if text.len() > TEXT_LIMIT {
        let end = (0..=TEXT_LIMIT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
