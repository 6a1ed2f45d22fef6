//! How one room asks another while the customer waits: "hold these two units", yes or no.
//!
//! The reader finds the asking side first ([`Peers`], [`Ask`], [`AskError`]), then the two ways an
//! ask travels ([`Carrier`]: [`Https`] between functions, [`InProcess`] on the embedded host), then
//! the answering side ([`FromPeer`]), and last what makes the one believe the other ([`AskKeys`], and
//! [`KeyRing`], from which they are taken when they are needed).
//!
//! Invariants: an ask is idempotent by its id, so it may be sent twice and is, when the first try
//! did not get through; it answers within its deadline, whatever the other room does; and nothing
//! reaches a handler behind [`FromPeer`] that a holder of the key has not signed for that very
//! operation within the last five minutes.

mod carrier;
mod door;
mod https;
mod in_process;
mod keys;
mod peers;
mod ring;

pub use carrier::{Carrier, CarryError};
pub use door::{AskDoor, FromPeer};
pub use https::{BadBase, Https};
pub use in_process::InProcess;
pub use keys::{AskKeys, BadKeys, TOLERANCE, Unsigned};
pub use peers::{Ask, AskError, DEADLINE, Peers};
pub use ring::{KeyRing, OutOfReach};

/// The largest question and the largest answer, in bytes.
pub const LARGEST: usize = 256 * 1024;
