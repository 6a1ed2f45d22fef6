//! Runs the simulated market for more seeds than the suite has time for.
//!
//! `simulate --seeds 2000 [--from 0]` runs that many seeds and says how many it ran in a second;
//! `simulate --seed 17 --trail` runs one and says everything that happened in it.

use std::process::ExitCode;
use std::time::Instant;

use tests::sim::{Plan, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let trail = arguments.iter().any(|argument| argument == "--trail");
    let (first, count) = match number("--seed") {
        Some(seed) => (seed, 1),
        None => (number("--from").unwrap_or(0), number("--seeds").unwrap_or(200)),
    };
    let started = Instant::now();
    let (mut requests, mut failed) = (0, 0_u64);
    for seed in first..first + count {
        match run(Plan { seed, bug: None }) {
            Ok(outcome) => {
                requests += outcome.requests;
                if trail {
                    outcome.trail.iter().for_each(|line| println!("{line}"));
                }
            }
            Err(failure) => {
                failed += 1;
                if trail {
                    failure.trail.iter().for_each(|line| println!("{line}"));
                }
                println!("{failure}");
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = count as f64 / seconds.max(f64::EPSILON);
    println!("{count} seeds, {failed} failed, {requests} requests, {seconds:.1} s, {rate:.1} seeds/s");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
