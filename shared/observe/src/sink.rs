//! Where lines go: stderr on every host, memory in tests, nowhere in benchmarks.
//!
//! Stderr and not stdout, because a host that waits for a function's first log line reads stderr.
//! Invariant: a line is redacted on its way in and written in one piece, so that lines of concurrent
//! invocations never interleave.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::redact::redact;

/// The receiver of all lines of a process. Clones share it.
#[derive(Clone)]
pub struct Sink(Arc<Inner>);

/// What a memory sink has received, for tests to read.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<Value>>>);

struct Inner {
    target: Target,
    warm: AtomicBool,
    lost: AtomicU64,
}

enum Target {
    Stderr,
    Memory(Lines),
    Quiet,
}

impl Sink {
    /// Every line to standard error.
    pub fn stderr() -> Sink {
        Sink::to(Target::Stderr)
    }

    /// Every line to memory, where a test reads it as JSON.
    pub fn memory() -> (Sink, Lines) {
        let lines = Lines::default();
        (Sink::to(Target::Memory(lines.clone())), lines)
    }

    /// No line at all.
    pub fn quiet() -> Sink {
        Sink::to(Target::Quiet)
    }

    fn to(target: Target) -> Sink {
        Sink(Arc::new(Inner { target, warm: AtomicBool::new(false), lost: AtomicU64::new(0) }))
    }

    /// True for the first invocation that asks, then false.
    pub(crate) fn is_cold(&self) -> bool {
        !self.0.warm.swap(true, Ordering::Relaxed)
    }

    /// Whether lines go nowhere.
    pub(crate) fn is_quiet(&self) -> bool {
        matches!(self.0.target, Target::Quiet)
    }

    /// The number of lines that could not be written since the last call.
    pub(crate) fn take_lost(&self) -> u64 {
        self.0.lost.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn write(&self, mut line: Value) {
        if let Target::Quiet = self.0.target {
            return;
        }
        redact(&mut line);
        match &self.0.target {
            Target::Stderr => {
                let text = format!("{line}\n");
                // A closed stderr is no reason to fail the work; the next line that is written says how
                // many are missing.
                if std::io::stderr().lock().write_all(text.as_bytes()).is_err() {
                    self.0.lost.fetch_add(1, Ordering::Relaxed);
                }
            }
            Target::Memory(lines) => lines.0.lock().unwrap_or_else(PoisonError::into_inner).push(line),
            Target::Quiet => {}
        }
    }
}

impl Lines {
    /// Every line so far, oldest first.
    pub fn all(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest line.
    pub fn last(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// Every line so far as the text that stderr would have shown.
    pub fn text(&self) -> String {
        self.all().iter().map(|line| format!("{line}\n")).collect()
    }
}
