//! Warnings and errors that are logged through `tracing`, by dependencies too, join the event of the
//! invocation they happened in. Outside of one they are a line of their own.
//!
//! Invariant: nothing below a warning is recorded, and that costs little: the layer says so in advance
//! and `tracing` skips those call sites.

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::Sink;
use crate::event::within;

/// Installs [`layer`] for the whole process. Only the first call does, and answers true.
pub fn subscribe(sink: Sink) -> bool {
    let subscriber = tracing_subscriber::registry().with(layer(sink));
    tracing::subscriber::set_global_default(subscriber).is_ok()
}

/// The layer itself, for a host that composes a subscriber of its own.
pub fn layer<S: Subscriber>(sink: Sink) -> impl Layer<S> {
    Warnings { sink }
}

struct Warnings {
    sink: Sink,
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = if *event.metadata().level() == Level::ERROR { "error" } else { "warn" };
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        let mut entry = fields.0;
        entry.insert("level".to_owned(), json!(level));
        entry.insert("target".to_owned(), json!(event.metadata().target()));
        let mut entry = Some(Value::Object(entry));
        within(|event| {
            if let Some(entry) = entry.take() {
                event.log(level, entry);
            }
        });
        if let Some(entry) = entry {
            self.sink.write(entry);
        }
    }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.insert(field, json!(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, json!(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        // The text of an error rarely names its cause, which is what an operator needs.
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(deeper) = cause {
            text.push_str(": ");
            text.push_str(&deeper.to_string());
            cause = deeper.source();
        }
        self.insert(field, json!(text));
    }
}
