//! Metrics in CloudWatch's embedded metric format: the numbers are members of the event's own line, and
//! an `_aws` block tells CloudWatch which of them are metrics. No agent, no second request.
//!
//! Invariant: the block is always one that CloudWatch accepts: at most 100 metrics, at most
//! 100 values of each, only finite numbers, and dimensions that are members of the same line.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The namespace under which all of Snail's metrics appear.
const NAMESPACE: &str = "Snail";
/// CloudWatch's own limit, both for metrics in a line and for values of one metric.
const LIMIT: usize = 100;

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A count.
    Count,
    /// A duration.
    Milliseconds,
    /// A long duration.
    Seconds,
    /// A size.
    Bytes,
    /// A part of a whole.
    Percent,
    /// A number without a unit.
    None,
}

/// The metrics of one invocation.
#[derive(Default)]
pub(crate) struct Metrics {
    series: BTreeMap<&'static str, (Unit, Series)>,
    dropped: u64,
}

enum Series {
    Sum(u64),
    Values(Vec<f64>),
}

impl Metrics {
    pub(crate) fn count(&mut self, metric: &'static str, n: u64) {
        match self.entry(metric, Unit::Count, Series::Sum(0)) {
            Some(Series::Sum(sum)) => *sum = sum.saturating_add(n),
            _ => self.dropped += 1,
        }
    }

    pub(crate) fn measure(&mut self, metric: &'static str, value: f64, unit: Unit) {
        match self.entry(metric, unit, Series::Values(Vec::new())) {
            Some(Series::Values(values)) if values.len() < LIMIT && value.is_finite() => values.push(value),
            _ => self.dropped += 1,
        }
    }

    fn entry(&mut self, metric: &'static str, unit: Unit, empty: Series) -> Option<&mut Series> {
        if self.series.len() == LIMIT && !self.series.contains_key(metric) {
            return None;
        }
        Some(&mut self.series.entry(metric).or_insert((unit, empty)).1)
    }

    /// Writes the values and the `_aws` block into the event. `at` is in milliseconds since
    /// the epoch; dimensions are taken from what the event already says about itself.
    pub(crate) fn write_into(self, event: &mut Map<String, Value>, at: i64) {
        let mut declared = Vec::new();
        for (name, (unit, series)) in self.series {
            let value = match series {
                Series::Sum(sum) => json!(sum),
                Series::Values(values) if values.is_empty() => continue,
                Series::Values(values) if values.len() == 1 => json!(values[0]),
                Series::Values(values) => json!(values),
            };
            declared.push(json!({ "Name": name, "Unit": unit.name() }));
            event.insert(name.to_owned(), value);
        }
        if self.dropped > 0 {
            event.insert("metrics_dropped".to_owned(), json!(self.dropped));
        }
        let mut dimensions = vec![json!(["room", "role"])];
        if event.get("operation").is_some_and(Value::is_string) {
            dimensions.push(json!(["room", "operation"]));
        }
        event.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": at,
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": dimensions,
                    "Metrics": declared,
                }],
            }),
        );
    }
}

impl Unit {
    /// The unit as CloudWatch spells it.
    fn name(self) -> &'static str {
        match self {
            Unit::Count => "Count",
            Unit::Milliseconds => "Milliseconds",
            Unit::Seconds => "Seconds",
            Unit::Bytes => "Bytes",
            Unit::Percent => "Percent",
            Unit::None => "None",
        }
    }
}
