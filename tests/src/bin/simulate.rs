//! Runs the simulated market for more seeds than the suite has time for.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use tests::sim::{Plan, run};

const USAGE: &str = "\
simulate [--seeds N] [--from SEED]   runs so many seeds (200), and says how many it ran in a second
simulate --seed SEED [--trail]       runs one, and with --trail says everything that happened in it";

/// How often whoever waits is told how far it is.
const PATIENCE: Duration = Duration::from_secs(15);

struct Wish {
    first: u64,
    count: u64,
    trail: bool,
}

impl Wish {
    fn of(arguments: impl Iterator<Item = String>) -> Option<Wish> {
        let mut wish = Wish { first: 0, count: 200, trail: false };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next()?.parse::<u64>().ok();
            match argument.as_str() {
                "--seeds" => wish.count = number()?,
                "--from" => wish.first = number()?,
                "--seed" => (wish.first, wish.count) = (number()?, 1),
                "--trail" => wish.trail = true,
                _ => return None,
            }
        }
        Some(wish)
    }
}

fn main() -> ExitCode {
    let Some(Wish { first, count, trail }) = Wish::of(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let started = Instant::now();
    let mut told = started;
    let (mut requests, mut failed) = (0, 0_u64);
    for seed in first..first + count {
        let lines = match run(Plan { seed, bug: None }) {
            Ok(outcome) => {
                requests += outcome.requests;
                outcome.trail
            }
            Err(failure) => {
                failed += 1;
                println!("{failure}");
                failure.trail
            }
        };
        if trail {
            lines.iter().for_each(|line| println!("{line}"));
        }
        if told.elapsed() >= PATIENCE {
            told = Instant::now();
            eprintln!("{} of {count} seeds, {failed} failed", seed + 1 - first);
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = count as f64 / seconds.max(f64::EPSILON);
    println!("{count} seeds, {failed} failed, {requests} requests, {seconds:.1} s, {rate:.1} seeds/s");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
