//! The wide event: everything that is known about one invocation, gathered while it runs and
//! written once at its end.
//!
//! The event travels in a task-local, so that code deep inside a room can add to it without a
//! parameter. Outside of an invocation every call here is a no-op, so domain tests run without it. Work
//! that is spawned onto another task is outside, too.
//!
//! Invariant: exactly one line per invocation. A guard writes it, so a panic or a dropped
//! future is reported like everything else, and says so in `ended`.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Clock;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::metrics::{Metrics, Unit};
use crate::redact::is_secret;
use crate::{Sink, Trace};

/// What is known about an invocation when it begins.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// What called: `http`, `sqs`, `stream`, `s3`, `schedule`.
    pub kind: &'static str,
    /// The room that is called.
    pub room: &'static str,
    /// The role in which it is called.
    pub role: &'static str,
    /// This invocation's own step of the trace, already a child of the caller's.
    pub trace: Trace,
    /// When the invocation began, by the clock that will also say when it ended.
    pub started: Timestamp,
}

tokio::task_local! {
    static EVENT: Arc<Mutex<Event>>;
}

/// A dependency in a retry loop must not turn one line into a megabyte.
const LOG_LIMIT: usize = 50;

pub(crate) struct Event {
    opening: Opening,
    cold: bool,
    /// Whether its line goes nowhere, so that nothing is gathered for it.
    quiet: bool,
    notes: Map<String, Value>,
    metrics: Metrics,
    log: Vec<Value>,
    log_dropped: u64,
    worst: &'static str,
}

/// Runs `work` as one invocation and writes its line when it ends, however it ends.
pub fn invocation<F: Future>(
    opening: Opening,
    sink: &Sink,
    clock: &Clock,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    let event = Arc::new(Mutex::new(Event::open(opening, sink)));
    let line = Line { event: event.clone(), sink: sink.clone(), clock: clock.clone(), finished: false };
    EVENT.scope(event, async move {
        // The future owns the line, which is written when the future is dropped.
        let mut line = line;
        let output = work.await;
        line.finished = true;
        output
    })
}

/// Adds one note about this invocation. The last value under a key wins; the event's own members
/// (`room`, `trace_id`, …) cannot be overwritten.
pub fn note(key: &'static str, value: impl Into<Value>) {
    let value = value.into();
    told(|event| {
        event.notes.insert(key.to_owned(), value);
    });
}

/// Adds to a counter, and makes it a metric. A metric's name may not be on the never-log list.
pub fn count(metric: &'static str, n: u64) {
    debug_assert!(!is_secret(metric), "the metric {metric} would be redacted");
    told(|event| event.metrics.count(metric, n));
}

/// Records one value of a metric; several values of one metric are all kept.
pub fn measure(metric: &'static str, value: f64, unit: Unit) {
    debug_assert!(!is_secret(metric), "the metric {metric} would be redacted");
    told(|event| event.metrics.measure(metric, value, unit));
}

/// The trace of the running invocation: what goes into `traceparent` of everything it causes.
pub fn current_trace() -> Option<Trace> {
    within(|event| event.opening.trace)
}

/// The same as its header is written.
pub fn traceparent() -> Option<String> {
    current_trace().map(|trace| trace.to_string())
}

/// Adds to the event of the running invocation, if its line goes anywhere.
fn told(f: impl FnOnce(&mut Event)) {
    within(|event| {
        if !event.quiet {
            f(event);
        }
    });
}

/// Runs `f` on the event of the running invocation, if there is one.
pub(crate) fn within<T>(f: impl FnOnce(&mut Event) -> T) -> Option<T> {
    EVENT.try_with(|event| f(&mut lock(event))).ok()
}

impl Event {
    fn open(opening: Opening, sink: &Sink) -> Event {
        Event {
            opening,
            cold: sink.is_cold(),
            quiet: sink.is_quiet(),
            notes: Map::new(),
            metrics: Metrics::default(),
            log: Vec::new(),
            log_dropped: 0,
            worst: "info",
        }
    }

    /// Appends a warning or an error that was logged while the invocation ran.
    pub(crate) fn log(&mut self, level: &'static str, entry: Value) {
        if level == "error" || self.worst == "info" {
            self.worst = level;
        }
        if self.log.len() < LOG_LIMIT {
            self.log.push(entry);
        } else {
            self.log_dropped += 1;
        }
    }

    fn close(&mut self, ended: &'static str, now: Timestamp, lost: u64) -> Value {
        // A clock that stepped backwards must not report a negative duration.
        let Opening { kind, room, role, trace, started } = self.opening;
        let micros = now.duration_since(started).as_micros().max(0);
        let mut metrics = std::mem::take(&mut self.metrics);
        metrics.measure("duration_ms", micros as f64 / 1000.0, Unit::Milliseconds);
        metrics.count("faults", u64::from(ended != "finished" || self.worst == "error"));

        let mut line = std::mem::take(&mut self.notes);
        let mut say = |key: &str, value: Value| line.insert(key.to_owned(), value);
        say("kind", json!(kind));
        say("room", json!(room));
        say("role", json!(role));
        say("trace_id", json!(trace.id()));
        say("span_id", json!(trace.span_id()));
        if let Some(parent) = trace.parent_id() {
            say("parent_id", json!(parent));
        }
        say("started", json!(started));
        say("cold_start", json!(self.cold));
        say("ended", json!(ended));
        line.insert("level".to_owned(), json!(if ended == "finished" { self.worst } else { "error" }));
        if !self.log.is_empty() {
            line.insert("log".to_owned(), Value::Array(std::mem::take(&mut self.log)));
        }
        for (key, n) in [("log_dropped", self.log_dropped), ("lines_lost", lost)] {
            if n > 0 {
                line.insert(key.to_owned(), json!(n));
            }
        }
        metrics.write_into(&mut line, now.as_millisecond());
        Value::Object(line)
    }
}

/// Writes the line of an invocation when it is dropped.
struct Line {
    event: Arc<Mutex<Event>>,
    sink: Sink,
    clock: Clock,
    finished: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        let ended = match self.finished {
            true => "finished",
            false if std::thread::panicking() => "panicked",
            false => "abandoned",
        };
        let mut event = lock(&self.event);
        if !event.quiet {
            let line = event.close(ended, self.clock.now(), self.sink.take_lost());
            self.sink.write(line);
        }
    }
}

/// A panic while the lock was held leaves a whole event, because every change is one insert.
fn lock(event: &Mutex<Event>) -> MutexGuard<'_, Event> {
    event.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
