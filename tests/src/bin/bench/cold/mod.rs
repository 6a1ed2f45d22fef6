//! Cold start, warm time and memory of every bootstrap, against a floor that does nothing.
//!
//! A small stand-in for the Lambda runtime API hands out events on a port of this machine, and another
//! one answers for AWS and the other rooms. So a warm call is a real one: what it takes besides what
//! it waits for is the function's own.

mod events;
mod profile;
mod stand_in;

use std::collections::BTreeSet;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cargo_metadata::MetadataCommand;
use clock::Clock;
use embedded::template::Function;
use ids::Mint;
use serde_json::{Value, json};

use crate::table::Table;
use crate::wire::{Message, read, send};
use profile::{LAMBDA, profile};
use stand_in::StandIn;

const COLD_STARTS: usize = 11;
/// The first calls of an instance connect, and fetch secrets and keys.
const FIRST_CALLS: u64 = 20;
const WARM_CALLS: u64 = 500;
const JSON: &str = "content-type: application/json\r\n";

/// What one binary came to, in milliseconds and megabytes.
struct Measured {
    cold: f64,
    /// A warm call, with what it waits for.
    whole_p50: f64,
    /// What of it is the function's own.
    own_p50: f64,
    own_p99: f64,
    /// For how long it had a processor, which does not depend on who else wants one.
    cpu_p50: f64,
    cpu_p99: f64,
    rss: f64,
}

pub fn measure() -> Option<Table> {
    let targets = targets()?;
    let drivers = tests::drivers();
    let stand_ins = drivers.iter().map(StandIn::open).collect::<io::Result<Vec<_>>>();
    let stand_ins = stand_ins.map_err(|error| eprintln!("the stand-in: {error}")).ok()?;
    let mint = Mint::system(Clock::system());
    let floor = measure_one(&floor(&targets)?, &[], &stand_ins[0], &|_| json!({ "hello": true }));
    let floor = floor.map_err(|error| eprintln!("the floor: {error}")).ok()?;
    let mut rows = vec![row("floor", "an echo", &floor, &floor)];
    let mut profiles = BTreeSet::new();
    for function in testkit::template().functions {
        let bootstrap = tests::root().join("target/lambda").join(&function.binary).join("bootstrap");
        if !bootstrap.exists() {
            eprintln!("{} is not built: cargo lambda build --profile lambda", bootstrap.display());
            continue;
        }
        let built = profile(&bootstrap, &function.binary, &targets);
        if built != Some(LAMBDA) {
            eprintln!(
                "WARNING: {} was built in {}",
                bootstrap.display(),
                built.unwrap_or("no profile that is known")
            );
        }
        profiles.insert(built.unwrap_or("unknown"));
        // The relay has no driver: it belongs to no room, and any of them is beside it.
        let at = drivers.iter().position(|driver| driver.room.name == function.binary);
        let aws = &stand_ins[at.unwrap_or_default()];
        let given = |n: u64| match at {
            Some(at) => (drivers[at].events)(&function, &aws.known, &mint, n),
            None => events::relayed(&mint, n),
        };
        for (which, (what, _)) in given(0).into_iter().enumerate() {
            let event = |n: u64| given(n).swap_remove(which).1;
            match measure_one(&bootstrap, &environment(&function, aws), aws, &event) {
                Ok(measured) => rows.push(row(&function.logical_id, what, &measured, &floor)),
                Err(error) => eprintln!("{}, {what}: {error}", function.logical_id),
            }
        }
    }
    let profiles = profiles.into_iter().collect::<Vec<_>>().join(" and ");
    Some(Table {
        title: "Cold start, warm time, memory".into(),
        head: vec![
            "function",
            "warm call",
            "cold ms",
            "× floor",
            "warm p50 ms",
            "own p50 ms",
            "own p99 ms",
            "CPU p50 ms",
            "CPU p99 ms",
            "peak RSS MB",
        ],
        rows,
        note: format!(
            "Bootstraps of the profile {profiles}; the floor is of the profile {LAMBDA}: `lambda_runtime` with a \
             DynamoDB client. Cold is exec to the first poll, the median of {COLD_STARTS}; warm is {WARM_CALLS} events \
             after {FIRST_CALLS}, over a stand-in for the runtime API. Own is a warm call without the time in which \
             the stand-in for AWS and the other rooms was answering; what the wire between them takes is in it, and \
             so is every wait for a processor. CPU is for how long the function had one."
        ),
    })
}

fn row(name: &str, what: &str, measured: &Measured, floor: &Measured) -> Vec<String> {
    let Measured { cold, whole_p50, own_p50, own_p99, cpu_p50, cpu_p99, rss } = measured;
    let ratio = cold / floor.cold;
    vec![
        name.into(),
        what.into(),
        format!("{cold:.1}"),
        format!("{ratio:.2}"),
        format!("{whole_p50:.3}"),
        format!("{own_p50:.3}"),
        format!("{own_p99:.3}"),
        format!("{cpu_p50:.3}"),
        format!("{cpu_p99:.3}"),
        format!("{rss:.1}"),
    ]
}

/// Where cargo keeps what it builds for the machine that the bootstraps are built for.
fn targets() -> Option<PathBuf> {
    let tree = MetadataCommand::new().current_dir(tests::root()).no_deps().exec().ok()?;
    Some(tree.target_directory.join(machine()).into())
}

fn machine() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// The floor is built like the bootstraps and for the same machine, or the ratio would say nothing.
fn floor(targets: &Path) -> Option<PathBuf> {
    let mut build = Command::new("cargo");
    build.args(["build", "--profile", LAMBDA, "--package", "lambda", "--example", "floor", "--target"]);
    let built = build.arg(machine()).current_dir(tests::root()).status().ok()?;
    built.success().then(|| targets.join(LAMBDA).join("examples/floor"))
}

/// What the template says, and where the stand-in is. Callers are not counted: one that calls as often
/// as this would be told to wait. Every read is made anew, because the work is what is measured. It signs in its own name, so that the engines behind the stand-in
/// hold it to its policies.
fn environment(function: &Function, aws: &StandIn) -> Vec<(String, String)> {
    let here = format!("http://127.0.0.1:{}", aws.port);
    let (me, here) = (function.logical_id.as_str(), here.as_str());
    let key = embedded::Key::well_known().of(me);
    let more = [
        ("AWS_ENDPOINT_URL", here),
        ("LIMITS", "off"),
        ("RECENT", "off"),
        ("AWS_ACCESS_KEY_ID", key.id()),
        ("AWS_SECRET_ACCESS_KEY", key.secret()),
    ];
    let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
    function.environment.clone().into_iter().chain(more).collect()
}

fn measure_one(
    binary: &Path,
    environment: &[(String, String)],
    aws: &StandIn,
    event: &dyn Fn(u64) -> Value,
) -> io::Result<Measured> {
    let (mut cold, mut whole, mut own, mut cpu) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut rss = 0.0;
    for n in 0..COLD_STARTS {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let started = Instant::now();
        let mut child = Running(start(binary, environment, listener.local_addr()?.port())?);
        let (mut api, mut stream) = accept(&listener, &mut child.0)?;
        expect_poll(&mut api)?;
        cold.push(started.elapsed());
        if n + 1 == COLD_STARTS {
            for call in 0..FIRST_CALLS + WARM_CALLS {
                let (event, before, idle) = (event(call), aws.answered_for(), cpu_time(child.0.id())?);
                let began = Instant::now();
                hand_out(&mut stream, &event)?;
                let answer = read(&mut api)?.ok_or_else(gone)?;
                let took = began.elapsed();
                is_well(&answer)?;
                if call >= FIRST_CALLS {
                    whole.push(took);
                    own.push(took.saturating_sub(aws.answered_for() - before));
                }
                send(&mut stream, "HTTP/1.1 202 Accepted", JSON, b"")?;
                expect_poll(&mut api)?;
                if call >= FIRST_CALLS {
                    cpu.push(cpu_time(child.0.id())?.saturating_sub(idle));
                }
            }
            rss = peak_rss(child.0.id())?;
        }
    }
    let ms = |times: &mut Vec<Duration>, share: usize| {
        times.sort();
        times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0
    };
    Ok(Measured {
        cold: ms(&mut cold, 50),
        whole_p50: ms(&mut whole, 50),
        own_p50: ms(&mut own, 50),
        own_p99: ms(&mut own, 99),
        cpu_p50: ms(&mut cpu, 50),
        cpu_p99: ms(&mut cpu, 99),
        rss,
    })
}

/// A call that fails is no figure of anything.
fn is_well(answer: &Message) -> io::Result<()> {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let refused = said["statusCode"].as_u64().is_some_and(|status| status >= 400);
    let unheard = said["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
    match answer.first.contains("/error") || refused || unheard {
        true => Err(io::Error::other(String::from_utf8_lossy(&answer.body).into_owned())),
        false => Ok(()),
    }
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
    command.env_clear().envs([
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
    command.envs(environment.iter().map(|(k, v)| (k, v)));
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
    send(stream, "HTTP/1.1 200 OK", &format!("{JSON}{headers}"), event.to_string().as_bytes())
}

fn gone() -> io::Error {
    io::Error::other("the function has gone")
}

/// For how long the process has had a processor, all of its threads together.
fn cpu_time(pid: u32) -> io::Result<Duration> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let told = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let on_a_processor = told.split(' ').next().and_then(|time| time.parse::<u64>().ok());
        nanoseconds += on_a_processor.ok_or_else(|| io::Error::other("no time in schedstat"))?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

fn peak_rss(pid: u32) -> io::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map(|kb| kb / 1024.0).ok_or_else(|| io::Error::other("no VmHWM"))
}

#[test]
fn every_function_of_a_room_is_given_something() {
    let mint = Mint::system(Clock::system());
    for driver in tests::drivers() {
        let aws = StandIn::open(&driver).expect("a port is free");
        let functions = testkit::template().functions.into_iter();
        for function in functions.filter(|function| function.binary == driver.room.name) {
            let given = (driver.events)(&function, &aws.known, &mint, 0);
            assert!(!given.is_empty(), "{} is given nothing", function.logical_id);
        }
    }
}
