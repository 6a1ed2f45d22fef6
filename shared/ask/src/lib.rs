//! How one room asks another while the customer waits: "hold these two units", yes or no. What can be
//! asked is in the crate `asks`.
//!
//! The reader finds the asking side first ([`Peers`], [`AskError`]), then what travels
//! ([`Question`], [`Answer`]) and the two ways it does ([`Carrier`]: [`Invoke`] between functions,
//! [`InProcess`] on the embedded host), and last the answering side ([`Asks`], [`Asked`]).
//!
//! Invariants: an ask is idempotent by its id, so it may be sent twice and is, when the first try
//! did not get through; it answers within its deadline, whatever the other room does; and no HTTP
//! request can become one. On AWS a question is the payload of an invocation that IAM allows per pair
//! of rooms, and API Gateway never makes such a payload; elsewhere it never leaves the process.

mod asks;
mod carrier;
mod in_process;
mod invoke;
mod peers;
mod question;

pub use self::asks::{Answers, Asked, Asks, malformed};
pub use carrier::{Carrier, CarryError};
pub use in_process::{HeldTo, InProcess};
pub use invoke::{Invoke, function_of};
pub use peers::{AskError, DEADLINE, Peers};
pub use question::{Answer, Question};

/// The largest question and the largest answer, in bytes.
pub const LARGEST: usize = 256 * 1024;
