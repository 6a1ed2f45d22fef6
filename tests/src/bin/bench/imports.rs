//! A merchant's file of ten thousand products, three in a hundred of them wrong, brought twice to
//! the embedded host over HTTP.
//!
//! What becomes of every row is held against what the file is made of: a figure of an import that
//! does something else is no figure.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::market::{Market, follow, visit};
use crate::table::Table;

const ROWS: usize = 10_000;
/// One row in so many is wrong.
const ONE_IN: usize = 33;
const POLL: Duration = Duration::from_millis(100);
/// An import that takes longer than a token lives has failed.
const PATIENCE: Duration = Duration::from_mins(9);

const HEADER: &[u8] = b"external_id,kind,title,price,currency,publish,category,numeric_sku,weight_grams\n";
/// The number of the first product, which another one claims too.
const TAKEN: usize = 4711;

/// What a row has wrong, given the name that nobody else has; and what it is refused with.
type Wrong = (fn(usize) -> Vec<u8>, &'static str);

const WRONG: &[Wrong] = &[
    (|n| row(n, "physical", "Cup", "cheap", "EUR", "yes,,,"), "invalid_value"),
    (|n| row(n, "physical", "Cup", "12.505", "EUR", "yes,,,"), "invalid_value"),
    (|n| row(n, "physical", "Cup", "0.50", "JPY", "yes,,,"), "invalid_value"),
    (|n| row(n, "physical", "Cup", "-1.00", "EUR", "yes,,,"), "amount_out_of_range"),
    (|n| row(n, "physical", "", "1.00", "EUR", "yes,,,"), "missing_value"),
    (|n| row(n, "physical", "Cup", "1.00", "EURO", "yes,,,"), "invalid_value"),
    (|n| row(n, "thing", "Cup", "1.00", "EUR", "yes,,,"), "invalid_value"),
    (|n| row(n, "physical", &"x".repeat(300), "1.00", "EUR", "yes,,,"), "invalid_value"),
    (|n| row(n, "physical", &"x".repeat(70_000), "1.00", "EUR", "yes,,,"), "row_too_long"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", "yes,,,,more"), "too_many_fields"),
    (|n| format!("E-{n},physical\n").into_bytes(), "missing_value"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", "yes,nowhere,,"), "no_such_category"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", "yes,,0x7,"), "invalid_value"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", &format!("yes,,{TAKEN},")), "numeric_sku_taken"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", "yes,,,heavy"), "invalid_value"),
    (|n| row(n, "physical", "Cup", "1.00", "EUR", "perhaps,,,"), "invalid_value"),
    (|n| row(n, "physical", "Cup \u{1}", "1.00", "EUR", "yes,,,"), "invalid_value"),
    (|_| row(0, "physical", "Another cup", "1.00", "EUR", "yes,,,"), "external_id_twice"),
    (|_| b",physical,Nobody's cup,1.00,EUR,yes,,,\n".to_vec(), "missing_value"),
    (
        |n| [format!("E-{n},physical,Cup ").as_bytes(), b"\xff\xfe,1.00,EUR,yes,,,\n"].concat(),
        "wrong_encoding",
    ),
];

fn row(n: usize, kind: &str, title: &str, price: &str, currency: &str, rest: &str) -> Vec<u8> {
    format!("E-{n},{kind},{title},{price},{currency},{rest}\n").into_bytes()
}

/// The file, and how many of its rows should be refused with which code.
fn file() -> (Vec<u8>, BTreeMap<String, usize>) {
    let (mut file, mut refused) = (HEADER.to_vec(), BTreeMap::new());
    for n in 0..ROWS {
        if n % ONE_IN == ONE_IN - 1 {
            let (bad, code) = WRONG[n / ONE_IN % WRONG.len()];
            file.extend(bad(n));
            *refused.entry(code.to_owned()).or_default() += 1;
        } else {
            let number = if n == 0 { TAKEN.to_string() } else { String::new() };
            let title = format!("\"Cup {n}, \"\"blue\"\"\"");
            file.extend(row(n, "physical", &title, "12.50", "EUR", &format!("yes,,{number},350")));
        }
    }
    (file, refused)
}

pub fn measure() -> Option<Table> {
    let _market = Market::open("people")?;
    let (file, refused) = file();
    let bad: usize = refused.values().sum();
    let good = ROWS - bad;
    let mut rows = Vec::new();
    for (turn, expect) in [("first", [good, 0, 0, bad]), ("again", [0, 0, good, bad])] {
        let (took, counts, told) = match bring(&file, turn) {
            Ok(brought) => brought,
            Err(error) => panic!("the file is not in: {error}"),
        };
        assert_eq!(counts, expect, "created, updated, unchanged, refused, brought {turn}");
        assert_eq!(told, refused, "what the rows were refused with, brought {turn}");
        let seconds = format!("{:.1}", took.as_secs_f64());
        rows.push([turn.to_owned(), seconds].into_iter().chain(counts.map(|n| n.to_string())).collect());
    }
    Some(Table {
        title: "A file of products".into(),
        head: vec!["brought", "seconds", "created", "updated", "unchanged", "refused"],
        rows,
        note: format!(
            "{ROWS} rows of CSV, {bad} of them wrong in {} ways, put by a presigned link on `snail --memory`; from the \
             end of the upload to the end of the import. Every row was told of as it should be: {refused:?}.",
            WRONG.len(),
        ),
    })
}

type Brought = (Duration, [usize; 4], BTreeMap<String, usize>);

/// Brings the file, waits until it is in, and reads what became of its rows.
fn bring(file: &[u8], key: &str) -> io::Result<Brought> {
    let token = visit()?.ask("GET /dev/token?as=manager", "", b"")?;
    let token = format!("authorization: Bearer {}\r\n", String::from_utf8_lossy(&token.body).trim());
    let get = |path: &str| read(visit()?.ask(&format!("GET {path}"), &token, b"")?.body);
    let me = get("/identity/me")?;
    let shop = me["shops"].as_object().and_then(|shops| shops.keys().next()).ok_or_else(|| odd(&me))?;
    let imports = format!("/catalog/merchants/{shop}/imports");
    let headers = format!("{token}idempotency-key: {key}\r\ncontent-type: application/json\r\n");
    let wish = json!({ "format": "csv", "bytes": file.len(), "sha256": testkit::sha256(file) }).to_string();
    let asked = read(visit()?.ask(&format!("POST {imports}"), &headers, wish.as_bytes())?.body)?;
    let import = asked["import"]["id"].as_str().ok_or_else(|| odd(&asked))?;
    let upload = &asked["upload"];
    let signed = upload["headers"].as_object().into_iter().flatten();
    let signed = signed.filter(|(name, _)| *name != "content-length");
    let signed: String = signed.map(|(name, value)| format!("{name}: {}\r\n", text(value))).collect();
    follow(text(&upload["method"]), text(&upload["url"]), &signed, file)?;
    let began = Instant::now();
    let done = loop {
        let seen = get(&format!("{imports}/{import}"))?;
        match seen["state"].as_str() {
            Some("finished") => break seen,
            Some("refused") | None => return Err(odd(&seen)),
            Some(_) if began.elapsed() > PATIENCE => return Err(odd(&seen)),
            Some(_) => std::thread::sleep(POLL),
        }
    };
    let took = began.elapsed();
    let count =
        |name: &str| done["counts"][name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
    let link = get(&format!("{imports}/{import}/outcome"))?;
    let outcome = follow("GET", text(&link["url"]), "", b"")?;
    let mut refused = BTreeMap::new();
    for line in outcome.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_slice(line).map_err(io::Error::other)?;
        if line["outcome"] == "refused" {
            *refused.entry(text(&line["code"]).to_owned()).or_default() += 1;
        }
    }
    Ok((took, ["created", "updated", "unchanged", "refused"].map(count), refused))
}

fn read(body: Vec<u8>) -> io::Result<Value> {
    serde_json::from_slice(&body).map_err(io::Error::other)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// An answer that is not the one that was waited for.
fn odd(said: &Value) -> io::Error {
    io::Error::other(said.to_string())
}
