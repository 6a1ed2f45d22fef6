//! What happened, line by line, for whoever has to find out why.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use clock::Clock;

/// The trail of one run. Clones write the same one.
#[derive(Clone, Debug)]
pub struct Trail {
    clock: Clock,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Trail {
    /// A trail on which nobody has walked.
    pub fn new(clock: Clock) -> Trail {
        Trail { clock, lines: Arc::default() }
    }

    /// Says what happens now.
    pub fn say(&self, what: impl Display) {
        let line = format!("{:.3} {what}", self.clock.now());
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Everything that was said.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
