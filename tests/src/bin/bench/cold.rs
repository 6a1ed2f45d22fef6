//! Cold start, warm time and memory of every bootstrap, against a floor that does nothing.
//!
//! A small stand-in for the Lambda runtime API hands out events on a port of this machine. What is
//! measured warm needs no AWS: an unknown path of an API, an empty batch of a worker.

use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cargo_metadata::MetadataCommand;
use embedded::template::Function;
use serde_json::{Value, json};

use crate::table::Table;
use crate::wire::{read, write};

const COLD_STARTS: usize = 11;
const WARM_CALLS: usize = 500;

/// What one binary came to, in milliseconds and megabytes.
struct Measured {
    cold: f64,
    warm_p50: f64,
    warm_p99: f64,
    rss: f64,
}

pub fn measure() -> Option<Table> {
    let floor = measure_one(&floor()?, &[], &json!({ "hello": true })).ok()?;
    let mut rows = vec![row("floor", &floor, &floor)];
    for function in testkit::template().functions {
        let bootstrap = tests::root().join("target/lambda").join(&function.binary).join("bootstrap");
        if !bootstrap.exists() {
            eprintln!("{} is not built: cargo lambda build --profile lambda", bootstrap.display());
            continue;
        }
        match measure_one(&bootstrap, &environment(&function), &event(&function)) {
            Ok(measured) => rows.push(row(&function.logical_id, &measured, &floor)),
            Err(error) => eprintln!("{}: {error}", function.logical_id),
        }
    }
    Some(Table {
        title: "Cold start, warm time, memory".into(),
        head: vec!["function", "cold ms", "× floor", "warm p50 ms", "warm p99 ms", "peak RSS MB"],
        rows,
        note: format!(
            "Cold is exec to the first poll, the median of {COLD_STARTS}; warm is {WARM_CALLS} events that need no AWS, \
             over a stand-in for the runtime API; the floor is `lambda_runtime` with a DynamoDB client."
        ),
    })
}

fn row(name: &str, measured: &Measured, floor: &Measured) -> Vec<String> {
    let Measured { cold, warm_p50, warm_p99, rss } = measured;
    let ratio = cold / floor.cold;
    vec![
        name.into(),
        format!("{cold:.1}"),
        format!("{ratio:.2}"),
        format!("{warm_p50:.3}"),
        format!("{warm_p99:.3}"),
        format!("{rss:.1}"),
    ]
}

/// The floor is built like the bootstraps and for the same machine, or the ratio would say nothing.
fn floor() -> Option<PathBuf> {
    let machine = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut build = Command::new("cargo");
    build.args(["build", "--profile", "lambda", "--package", "lambda", "--example", "floor", "--target"]);
    let built = build.arg(&machine).current_dir(tests::root()).status().ok()?;
    let tree = MetadataCommand::new().current_dir(tests::root()).no_deps().exec().ok()?;
    built.success().then(|| tree.target_directory.join(machine).join("lambda/examples/floor").into())
}

fn environment(function: &Function) -> Vec<(String, String)> {
    function.environment.clone().into_iter().collect()
}

/// An event that the function answers without asking AWS for anything.
fn event(function: &Function) -> Value {
    match function.environment.get("ROLE").map(String::as_str) {
        Some("api") => json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/nowhere", "rawQueryString": "", "headers": {},
            "requestContext": {
                "accountId": "0", "apiId": "a", "domainName": "d", "domainPrefix": "d", "requestId": "r",
                "routeKey": "$default", "stage": "$default", "time": "21/Nov/2026:12:00:00 +0000",
                "timeEpoch": 1_795_262_400_000_i64,
                "http": { "method": "GET", "path": "/nowhere", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench" },
            },
            "isBase64Encoded": false,
        }),
        _ => json!({ "Records": [] }),
    }
}

fn measure_one(binary: &Path, environment: &[(String, String)], event: &Value) -> io::Result<Measured> {
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    let mut rss = 0.0;
    for n in 0..COLD_STARTS {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let started = Instant::now();
        let mut child = Running(start(binary, environment, listener.local_addr()?.port())?);
        let (mut api, mut stream) = accept(&listener, &mut child.0)?;
        expect_poll(&mut api)?;
        cold.push(started.elapsed());
        if n + 1 == COLD_STARTS {
            for _ in 0..WARM_CALLS {
                let began = Instant::now();
                hand_out(&mut stream, event)?;
                let answer = read(&mut api)?.ok_or_else(gone)?;
                warm.push(began.elapsed());
                if answer.first.contains("/error") {
                    return Err(io::Error::other(String::from_utf8_lossy(&answer.body).into_owned()));
                }
                write(&mut stream, "HTTP/1.1 202 Accepted", "", "")?;
                expect_poll(&mut api)?;
            }
            rss = peak_rss(child.0.id())?;
        }
    }
    cold.sort();
    warm.sort();
    let ms = |times: &[Duration], share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    Ok(Measured { cold: ms(&cold, 50), warm_p50: ms(&warm, 50), warm_p99: ms(&warm, 99), rss })
}

/// A process that ends with its measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn start(binary: &Path, environment: &[(String, String)], port: u16) -> io::Result<Child> {
    let mut command = Command::new(binary);
    command.env_clear().envs(environment.iter().map(|(k, v)| (k, v))).envs([
        ("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}").as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

fn accept(listener: &TcpListener, child: &mut Child) -> io::Result<(BufReader<TcpStream>, TcpStream)> {
    listener.set_nonblocking(true)?;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(10)))?;
                return Ok((BufReader::new(stream.try_clone()?), stream));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if let Some(status) = child.try_wait()? {
                    return Err(io::Error::other(format!("it ended before its first poll: {status}")));
                }
                std::thread::sleep(Duration::from_micros(200));
            }
            Err(error) => return Err(error),
        }
    }
}

fn expect_poll(api: &mut BufReader<TcpStream>) -> io::Result<()> {
    let message = read(api)?.ok_or_else(gone)?;
    match message.first.contains("/invocation/next") {
        true => Ok(()),
        false => Err(io::Error::other(message.first)),
    }
}

fn hand_out(stream: &mut TcpStream, event: &Value) -> io::Result<()> {
    let headers = "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
                   lambda-runtime-deadline-ms: 4102444800000\r\n\
                   lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:0:function:bench\r\n\
                   lambda-runtime-trace-id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700\r\n";
    write(stream, "HTTP/1.1 200 OK", headers, &event.to_string())
}

fn gone() -> io::Error {
    io::Error::other("the function has gone")
}

fn peak_rss(pid: u32) -> io::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map(|kb| kb / 1024.0).ok_or_else(|| io::Error::other("no VmHWM"))
}
