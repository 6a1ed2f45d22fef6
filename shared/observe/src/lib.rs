//! One wide JSON event per invocation on stderr, with its metrics (CloudWatch EMF), its W3C trace and
//! its warnings.
//!
//! The event comes first ([`invocation`], [`note`], [`count`], [`measure`]), then the [`Trace`] that
//! ties events together across rooms, the [`Sink`] they are written to, the layer that catches
//! `tracing` warnings ([`subscribe`]), and the never-log list ([`redact`]).
//!
//! Invariants: an invocation writes exactly one line, also when it panics or is dropped half-way; and
//! everything that reaches a sink has passed through [`redact`].

mod event;
mod layer;
mod metrics;
pub mod redact;
mod sink;
mod trace;

pub use event::{Opening, count, current_trace, invocation, measure, note, traceparent};
pub use layer::{layer, subscribe};
pub use metrics::Unit;
pub use sink::{Lines, Sink};
pub use trace::Trace;
