//! Requests a second on the embedded host, through its port, as a browser would make them.

use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::table::Table;
use crate::wire::{read, write};

const PORT: u16 = 18_080;
const CLIENTS: usize = 4;
const SPAN: Duration = Duration::from_secs(5);

pub fn measure() -> Option<Table> {
    let snail = std::env::current_exe().ok()?.with_file_name("snail");
    if !snail.exists() {
        eprintln!("{} is not built: cargo build --release", snail.display());
        return None;
    }
    let mut command = Command::new(snail);
    command.args(["--memory", "--port", &PORT.to_string()]).current_dir(tests::root());
    let mut host = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?);
    // It says so when its demo data are in; before that somebody else is at work.
    let said = BufReader::new(host.0.stdout.take()?);
    let mut lines = said.lines().map_while(Result::ok);
    if !lines.any(|line| line.starts_with("ready")) {
        eprintln!("the host ends before it is ready, perhaps because port {PORT} is taken");
        return None;
    }
    // Whatever it says from here on is read and let go, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
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

/// The host ends with its measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

type Connection = (BufReader<TcpStream>, TcpStream);

fn connect() -> io::Result<Connection> {
    let stream = TcpStream::connect(("127.0.0.1", PORT))?;
    stream.set_nodelay(true)?;
    Ok((BufReader::new(stream.try_clone()?), stream))
}

fn get(connection: &mut Option<Connection>, path: &str) -> io::Result<()> {
    let (reader, stream) = connection.as_mut().ok_or_else(|| io::Error::other("not connected"))?;
    write(stream, &format!("GET {path} HTTP/1.1"), "host: localhost\r\n", "")?;
    let answer = read(reader)?.ok_or_else(|| io::Error::other("the host has gone"))?;
    assert!(
        answer.first.contains(" 200"),
        "{path} was answered {}, which is no figure of anything",
        answer.first
    );
    Ok(())
}

fn drive(path: &str) -> Vec<Duration> {
    let mut connection = connect().ok();
    let until = Instant::now() + SPAN;
    let mut times = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        match get(&mut connection, path) {
            Ok(()) => times.push(began.elapsed()),
            Err(_) => connection = connect().ok(),
        }
    }
    times
}
