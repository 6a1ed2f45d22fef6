//! The embedded host as a process of its own, as whoever runs it has it.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::wire::{Connection, Message};

/// Where its API answers; AWS answers on the next.
const PORT: u16 = 18_080;

/// A market that ends with its measurement.
pub struct Market(Child);

impl Market {
    /// Opens one that keeps nothing. It is ready when this returns, with as much of the demo data in
    /// it as is said.
    pub fn open(demo: &str) -> Option<Market> {
        let snail = std::env::current_exe().ok()?.with_file_name("snail");
        if !snail.exists() {
            eprintln!("{} is not built: cargo build --release", snail.display());
            return None;
        }
        let mut command = Command::new(snail);
        let port = PORT.to_string();
        command.args(["--memory", "--port", &port, "--seed-demo", demo]).current_dir(tests::root());
        let mut market = Market(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?);
        // It says so when its demo data are in; before that somebody else is at work.
        let said = BufReader::new(market.0.stdout.take()?);
        let mut lines = said.lines().map_while(Result::ok);
        if !lines.any(|line| line.starts_with("ready")) {
            eprintln!("the host ends before it is ready, perhaps because port {PORT} is taken");
            return None;
        }
        // Whatever it says from here on is read and let go, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Some(market)
    }

    /// The memory that it has now, in KiB.
    pub fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Somebody who talks to the market on a kept connection.
pub fn visit() -> io::Result<Connection> {
    Connection::to(PORT)
}

/// Follows a link of the market's, to its API or to its AWS. A header is a whole line with its end.
pub fn follow(method: &str, url: &str, headers: &str, body: &[u8]) -> io::Result<Message> {
    let rest =
        url.strip_prefix("http://").ok_or_else(|| io::Error::other(format!("{url} leads elsewhere")))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let port = authority.rsplit(':').next().and_then(|port| port.parse().ok());
    let mut connection = Connection::to(port.unwrap_or(PORT))?;
    let answer = connection.ask(&format!("{method} /{path}"), headers, body)?;
    match answer.status() {
        200..300 => Ok(answer),
        _ => Err(io::Error::other(format!(
            "{url}: {} {}",
            answer.first,
            String::from_utf8_lossy(&answer.body)
        ))),
    }
}
