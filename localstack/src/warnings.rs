//! Warnings for a person at a terminal: one readable line each, and nothing else.
//!
//! With a log the wide events carry the warnings of their invocation. Without one they would be lost.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Writes warnings and errors to stderr from now on, for the whole process.
pub fn warn_on_stderr() {
    let subscriber = tracing_subscriber::registry().with(Terminal);
    // Only the first subscriber of a process counts, and an earlier one stays.
    tracing::subscriber::set_global_default(subscriber).ok();
}

struct Terminal;

impl<S: Subscriber> Layer<S> for Terminal {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = if *event.metadata().level() == Level::ERROR { "error" } else { "warning" };
        eprintln!("{level}: {}{}", line.message, line.rest);
    }
}

#[derive(Default)]
struct Line {
    message: String,
    rest: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.rest, " {name}={value:?}"),
        };
        written.expect("writing into a string cannot fail");
    }
}
