//! What an operator can know about one invocation, in one place: a single wide JSON event on
//! stderr, with its metrics (CloudWatch EMF) in the same line, its W3C trace, and everything
//! that warned on the way.
//!
//! The reader finds, in order: the event ([`invocation`], [`note`], [`count`], [`measure`]),
//! the [`Trace`] that ties events together across rooms, the [`Sink`] they are written to, the
//! layer that catches `tracing` warnings ([`subscribe`]), and the never-log list ([`redact`]).
//!
//! Invariants: an invocation writes exactly one line, also when it panics or is dropped half-way;
//! and nothing reaches a sink that has not passed through [`redact`].

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
