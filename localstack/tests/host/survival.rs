//! The real binary: killed, started again, with its data.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A market in a process of its own. It is killed when the test is over, however it ends.
struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn start(home: &Path, demo: &str) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snail"));
        command.arg("--data").arg(home).args(["--port", "0", "--seed-demo", demo]);
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut market = Process { child, port: 0 };
        let mut said = String::new();
        let lines = BufReader::new(market.child.stdout.take().unwrap()).lines();
        for line in lines.map(Result::unwrap) {
            said += &format!("{line}\n");
            let address = line.trim().strip_prefix("API").map(str::trim);
            if let Some(port) = address.and_then(|address| address.rsplit(':').next()?.parse().ok()) {
                market.port = port;
            }
            if line.starts_with("ready") {
                return market;
            }
        }
        panic!("the market did not open: {said}")
    }

    fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("{answer}")), body.to_owned())
    }

    fn token(&self, part: &str) -> String {
        format!("Bearer {}", self.call("GET", &format!("/dev/token?as={part}"), &[], "").1.trim())
    }

    /// The first shop of the demo.
    fn shop(&self) -> String {
        let page: Value = serde_json::from_str(&self.call("GET", "/dev/people", &[], "").1).unwrap();
        page["shops"][0]["merchant"].as_str().unwrap().to_owned()
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        let token = self.token("manager");
        let headers = [("authorization", token.as_str()), ("idempotency-key", key)];
        let (status, said) = self.call("POST", path, &headers, &body.to_string());
        assert!((200..300).contains(&status), "{path}: {status} {said}");
        serde_json::from_str(&said).unwrap()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code, once it has ended.
    fn end(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, as most tests want it to.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn what_was_accepted_survives_a_kill_and_what_was_queued_is_heard() {
    let home = tempfile::tempdir().unwrap();
    let mut made = Vec::new();
    // The earlier ones may have been handled before the kill, the last one not.
    for round in 0..3 {
        let market = Process::start(home.path(), "people");
        let products = format!("/catalog/merchants/{}/products", market.shop());
        for n in 0..4 {
            let name = format!("mug-{round}-{n}");
            let words = json!({ "locale": "en", "title": name, "slug": name });
            let product = market.post(&products, &name, &words);
            let path = format!("{products}/{}/variants", product["id"].as_str().unwrap());
            let product = market.post(&path, &name, &json!({ "kind": "physical", "sku": name }));
            made.push((path, product["variants"][0]["id"].as_str().unwrap().to_owned()));
        }
        market.signal("-KILL");
        assert_eq!(market.end(), None, "a killed process has no exit code");
    }
    let market = Process::start(home.path(), "people");
    let shop = market.shop();
    let token = market.token("clerk");
    let headers = [("authorization", token.as_str())];
    let began = Instant::now();
    for (path, variant) in &made {
        let (status, said) = market.call("GET", path.trim_end_matches("/variants"), &headers, "");
        assert_eq!(status, 200, "{path}: {said}");
        let stock = format!("/inventory/merchants/{shop}/stock/{variant}");
        while market.call("GET", &stock, &headers, "").0 != 200 {
            assert!(began.elapsed() < Duration::from_secs(30), "{variant} was never heard of");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn an_interrupt_ends_the_market_well_and_frees_its_directory() {
    let home = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let market = Process::start(home.path(), "no");
        market.signal("-INT");
        assert_eq!(market.end(), Some(0));
    }
}

#[test]
fn the_first_admin_is_made_by_the_command_line_while_the_market_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let appoint = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snail"));
        let output = command.args(["admin", "ada@example.org", "--data"]).arg(home.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    assert!(matches!(appoint(), (Some(1), _, said) if said.contains("no market")));
    let market = Process::start(home.path(), "no");
    assert!(matches!(appoint(), (Some(1), _, said) if said.contains("in use by another snail")));
    market.signal("-INT");
    market.end();

    let (code, said, _) = appoint();
    assert_eq!(code, Some(0), "{said}");
    let password = said.lines().find_map(|line| line.strip_prefix("password")).unwrap().trim();
    let (code, again, _) = appoint();
    assert!(code == Some(0) && !again.contains("password  "), "{again}");

    let market = Process::start(home.path(), "no");
    let credentials = json!({ "email": "ada@example.org", "password": password }).to_string();
    let (status, said) = market.call("POST", "/identity/sessions", &[], &credentials);
    assert_eq!(status, 201, "{said}");
    let token: Value = serde_json::from_str(&said).unwrap();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let (status, said) = market.call("GET", "/merchants/admin/shops", &headers, "");
    assert_eq!(status, 200, "{said}");
}

#[test]
fn the_data_of_an_earlier_market_are_not_touched() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("engines")).unwrap();
    std::fs::write(home.path().join("format"), "2").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_snail")).arg("--data").arg(home.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("earlier market") && said.contains("--data"), "{said}");
    assert_eq!(std::fs::read_dir(home.path().join("engines")).unwrap().count(), 0);
}

#[test]
fn a_command_line_that_is_wrong_runs_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_snail")).arg("--prot=1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("snail: there is no option --prot") && said.contains("Usage:"), "{said}");
}
