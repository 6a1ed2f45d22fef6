//! The W3C Trace Context: which request caused this work, through however many rooms and queues.
//!
//! Invariant: a `Trace` is always valid on the wire. All-zero ids, which the specification
//! forbids, cannot be constructed and are not parsed.

use std::fmt;

/// One step of a trace. Its text form is the `traceparent` header.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trace {
    trace_id: [u8; 16],
    span: [u8; 8],
    parent: Option<[u8; 8]>,
    sampled: bool,
}

/// `00-<32 hex>-<16 hex>-<2 hex>`: the whole of version 00, and the beginning of every later one.
const LENGTH: usize = 55;

impl Trace {
    /// A new trace. Zero, the one forbidden value, becomes one.
    pub fn root(trace_id: u128, span: u64) -> Trace {
        Trace {
            trace_id: trace_id.max(1).to_be_bytes(),
            span: span.max(1).to_be_bytes(),
            parent: None,
            sampled: true,
        }
    }

    /// Parses a `traceparent` header. `None` means that there is no valid one, and a new root is
    /// needed.
    pub fn parse(text: &str) -> Option<Trace> {
        let fixed = text.get(..LENGTH)?;
        let mut parts = fixed.split('-');
        let [version] = bytes(parts.next()?)?;
        let trace_id = bytes(parts.next()?)?;
        let span = bytes(parts.next()?)?;
        let [flags] = bytes(parts.next()?)?;
        // A later version may append fields behind another dash, version 00 may not.
        let tail = &text[LENGTH..];
        let tail_is_fine = tail.is_empty() || (version > 0 && tail.starts_with('-'));
        let valid = version != 0xff && parts.next().is_none() && tail_is_fine;
        (valid && trace_id != [0; 16] && span != [0; 8]).then_some(Trace {
            trace_id,
            span,
            parent: None,
            sampled: flags & 1 == 1,
        })
    }

    /// The next step of the same trace, caused by `self`.
    #[must_use]
    pub fn child(&self, span: u64) -> Trace {
        Trace { span: span.max(1).to_be_bytes(), parent: Some(self.span), ..*self }
    }

    /// The id that all steps of the trace share.
    pub fn trace_id(&self) -> [u8; 16] {
        self.trace_id
    }

    /// The shared id as 32 hex digits, which people quote to support.
    pub fn id(&self) -> String {
        hex::encode(self.trace_id)
    }

    /// The id of this step as 16 hex digits.
    pub fn span_id(&self) -> String {
        hex::encode(self.span)
    }

    /// The id of the step that caused this one, if it is known.
    pub fn parent_id(&self) -> Option<String> {
        self.parent.map(hex::encode)
    }

    /// Whether the trace is to be recorded.
    pub fn sampled(&self) -> bool {
        self.sampled
    }
}

/// Lower-case hex of exactly `N` bytes; the specification refuses capitals.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
    (lower && hex::decode_to_slice(text, &mut out).is_ok()).then_some(out)
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.id(), self.span_id(), u8::from(self.sampled))
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn check(input: &str, valid: bool) {
        assert_eq!(Trace::parse(input).is_some(), valid, "{input}");
    }

    #[test]
    fn the_example_of_the_specification_reads_and_writes_itself() {
        let trace = Trace::parse(EXAMPLE).unwrap();
        assert_eq!(trace.to_string(), EXAMPLE);
        assert_eq!(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(trace.span_id(), "00f067aa0ba902b7");
        assert!(trace.sampled());
        assert_eq!(trace.parent_id(), None);
    }

    #[test]
    fn only_what_the_specification_calls_valid_is_read() {
        check("", false);
        check("é", false);
        check("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false);
        check("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false);
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false);
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", false);
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false);
        check("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false);
        check("00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01", false);
        check("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true);
        check("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future", true);
        check("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what", false);
    }

    #[test]
    fn a_child_keeps_the_trace_and_remembers_its_parent() {
        let root = Trace::parse(EXAMPLE).unwrap();
        let child = root.child(7);
        assert_eq!(child.id(), root.id());
        assert_eq!(child.span_id(), "0000000000000007");
        assert_eq!(child.parent_id(), Some(root.span_id()));
    }

    #[test]
    fn the_forbidden_zero_cannot_be_minted() {
        assert!(Trace::parse(&Trace::root(0, 0).to_string()).is_some());
        assert!(Trace::parse(&Trace::root(0, 0).child(0).to_string()).is_some());
    }

    proptest! {
        #[test]
        fn every_trace_survives_the_wire(id: u128, span: u64) {
            let trace = Trace::root(id, span);
            prop_assert_eq!(Trace::parse(&trace.to_string()), Some(trace));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,70}") {
            if let Some(trace) = Trace::parse(&text) {
                prop_assert_eq!(Trace::parse(&trace.to_string()), Some(trace));
            }
        }
    }
}
