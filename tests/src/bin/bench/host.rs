//! Requests a second on the embedded host, through its port, as a browser would make them, and the memory
//! that it takes.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::market::{Market, visit};
use crate::table::Table;
use crate::wire::Connection;

const SPAN: Duration = Duration::from_secs(5);
/// A number of the LOMS contract of which there are enough.
const SKU: u64 = 139_275_865;

/// One row: what is asked, on so many kept connections.
struct Load {
    name: &'static str,
    connections: usize,
    /// The first line of the n-th request, and its body.
    request: Box<dyn Fn(u64) -> (String, &'static str) + Send + Sync>,
}

pub fn measure() -> Option<Table> {
    let market = Market::open("yes")?;
    let card = first_card().ok()?;
    let id = |name: &str| card[name].as_str().map(str::to_owned);
    let (product, shop) = (id("id").or_else(|| id("product"))?, id("merchant")?);
    let at_rest = market.resident();
    let mut rows: Vec<_> = loads(&product, &shop).iter().map(row).collect();
    let cell = |kib: Option<u64>| kib.map_or("-".to_owned(), |kib| format!("{:.0}", kib as f64 / 1024.0));
    for (name, kib) in
        [("memory with the demo, MB", at_rest), ("memory after all of it, MB", market.resident())]
    {
        rows.push(vec![name.to_owned(), String::new(), cell(kib), String::new(), String::new()]);
    }
    Some(Table {
        title: "The embedded host".into(),
        head: vec!["request", "connections", "a second", "p50 ms", "p99 ms"],
        rows,
        note: "Kept connections against `snail --memory` with its demo data, client and host on one machine."
            .into(),
    })
}

fn loads(product: &str, shop: &str) -> Vec<Load> {
    let hot = |name, path: String| Load {
        name,
        connections: 4,
        request: Box::new(move |_| (format!("GET {path}"), "")),
    };
    vec![
        hot("a path that nobody answers", "/nothing".into()),
        hot("listing of 24", "/catalog/products?limit=24".into()),
        // Each has a name of its own, which means nothing to the room and is no name of a kept answer.
        Load {
            name: "listing of 24, nothing kept",
            connections: 4,
            request: Box::new(|n| (format!("GET /catalog/products?limit=24&n={n}"), "")),
        },
        hot("categories", "/catalog/categories".into()),
        hot("product", format!("/catalog/products/{product}")),
        hot("shop page", format!("/merchants/shops/{shop}")),
        Load {
            name: "add to cart, a new cart each",
            connections: 16,
            request: Box::new(|n| (format!("POST /user/{}/cart/{SKU}", n + 1), r#"{"count":1}"#)),
        },
        hot("health of everything", "/health".into()),
    ]
}

fn first_card() -> io::Result<Value> {
    let answer = visit()?.ask("GET /catalog/products?limit=1", "", b"")?;
    let body: Value = serde_json::from_slice(&answer.body)?;
    Ok(body["items"][0].clone())
}

fn row(load: &Load) -> Vec<String> {
    let asked = AtomicU64::new(0);
    let mut times: Vec<Duration> = std::thread::scope(|all| {
        let clients: Vec<_> = (0..load.connections).map(|_| all.spawn(|| drive(load, &asked))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap_or_default()).collect()
    });
    times.sort();
    let ms = |share: usize| match times.is_empty() {
        true => "-".to_owned(),
        false => format!("{:.2}", times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0),
    };
    let rate = times.len() as f64 / SPAN.as_secs_f64();
    vec![load.name.into(), load.connections.to_string(), format!("{rate:.0}"), ms(50), ms(99)]
}

fn drive(load: &Load, asked: &AtomicU64) -> Vec<Duration> {
    let mut connection = visit().ok();
    let until = Instant::now() + SPAN;
    let mut times = Vec::new();
    while Instant::now() < until {
        let (first, body) = (load.request)(asked.fetch_add(1, Ordering::Relaxed));
        let began = Instant::now();
        match ask(&mut connection, &first, body) {
            Ok(()) => times.push(began.elapsed()),
            Err(_) => connection = visit().ok(),
        }
    }
    times
}

fn ask(connection: &mut Option<Connection>, first: &str, body: &str) -> io::Result<()> {
    let connection = connection.as_mut().ok_or_else(|| io::Error::other("not connected"))?;
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let answer = connection.ask(first, kind, body.as_bytes())?;
    let expected = if first.ends_with("/nothing") { 404 } else { 200 };
    assert_eq!(answer.status(), expected, "{first}: {}", String::from_utf8_lossy(&answer.body));
    Ok(())
}
