//! Requests a second on the embedded host, through its port, as a browser would make them.

use std::io;
use std::time::{Duration, Instant};

use crate::market::{Market, visit};
use crate::table::Table;
use crate::wire::Connection;

const CLIENTS: usize = 4;
const SPAN: Duration = Duration::from_secs(5);

pub fn measure() -> Option<Table> {
    let _market = Market::open("yes")?;
    let mut rows = Vec::new();
    for path in ["/health", "/catalog/products?limit=20", "/catalog/categories"] {
        let clients: Vec<_> = (0..CLIENTS).map(|_| std::thread::spawn(move || drive(path))).collect();
        let mut times: Vec<Duration> =
            clients.into_iter().flat_map(|c| c.join().unwrap_or_default()).collect();
        times.sort();
        if times.is_empty() {
            continue;
        }
        let ms = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
        let rate = times.len() as f64 / SPAN.as_secs_f64();
        rows.push(vec![
            path.into(),
            format!("{rate:.0}"),
            format!("{:.2}", ms(50)),
            format!("{:.2}", ms(99)),
        ]);
    }
    Some(Table {
        title: "The embedded host".into(),
        head: vec!["request", "requests a second", "p50 ms", "p99 ms"],
        rows,
        note: format!(
            "{CLIENTS} clients on kept connections against `snail --memory` with its demo data, on this machine."
        ),
    })
}

fn get(connection: &mut Option<Connection>, path: &str) -> io::Result<()> {
    let connection = connection.as_mut().ok_or_else(|| io::Error::other("not connected"))?;
    let answer = connection.ask(&format!("GET {path}"), "", b"")?;
    assert_eq!(answer.status(), 200, "{path} was answered {}, which is no figure of anything", answer.first);
    Ok(())
}

fn drive(path: &str) -> Vec<Duration> {
    let mut connection = visit().ok();
    let until = Instant::now() + SPAN;
    let mut times = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        match get(&mut connection, path) {
            Ok(()) => times.push(began.elapsed()),
            Err(_) => connection = visit().ok(),
        }
    }
    times
}
