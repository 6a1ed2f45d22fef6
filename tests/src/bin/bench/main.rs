//! What the house costs: DynamoDB requests and units by operation, throughput of one hot item by its
//! shards, listings by the size of what is listed, a file of products, the host on a laptop, and cold
//! starts.
//!
//! `cargo run --release -p tests --bin bench [-- lines units shards listing imports host cold]` runs all or
//! the named ones, prints tables and writes `target/bench.json`.

mod cold;
mod host;
mod imports;
mod lines;
mod listing;
mod market;
mod shards;
mod table;
mod units;
mod wire;

use serde_json::{Map, Value};

use table::Table;

/// One part of the benchmark. `None` when what it measures is not there.
type Part = (&'static str, fn() -> Option<Table>);

const PARTS: &[Part] = &[
    ("lines", lines::measure),
    ("units", units::measure),
    ("shards", shards::measure),
    ("listing", listing::measure),
    ("imports", imports::measure),
    ("host", host::measure),
    ("cold", cold::measure),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let path = tests::root().join("target/bench.json");
    // Parts that are not measured now keep what was measured before.
    let before = std::fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let mut all: Map<String, Value> = before.unwrap_or_default();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            eprintln!("measuring {name} …");
            match measure() {
                Some(table) => {
                    println!("{table}");
                    all.insert((*name).to_owned(), table.json());
                }
                None => println!("{name}: nothing to measure\n"),
            }
        }
    }
    let text = serde_json::to_string_pretty(&all).expect("tables are plain data");
    let folder = path.parent().expect("a file lies in a folder");
    if let Err(error) = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text + "\n")) {
        eprintln!("{}: {error}", path.display());
        std::process::exit(1);
    }
}
