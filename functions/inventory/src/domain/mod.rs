//! What is true of stock with paper and pencil: no clock, no table, no wire.
//!
//! Read in this order: [`Counts`] are what a cell holds and what changes it; a [`Card`] says which
//! cells a variant has; [`Lines`] are what is wanted; [`gather`] says from where it comes; a
//! [`Reservation`] is held, committed, released or expires; a [`Movement`] is a line of the ledger;
//! a [`Level`] is what the public may know; a [`Refusal`] says why not; [`audit`] checks the books.
//!
//! Invariant: every change is balanced by construction, so that no sum of changes can break STK-1.

mod audit;
mod bounds;
mod card;
mod counts;
mod level;
mod lines;
mod movement;
mod pick;
mod refusal;
mod reservation;

pub use audit::{Books, Violation, audit, overdue};
pub use bounds::{Difference, Note, Owner, Quantity, Seconds, Shards, Threshold, Title};
pub use card::Card;
pub use counts::{Cell, CellName, Changes, Counts};
pub use level::Level;
pub use lines::{BadLines, Lines};
pub use movement::{Movement, MovementKind, Part, take};
pub use pick::{Hold, gather, keep, level_out, merged};
pub use refusal::{CannotReserve, Refusal, Short};
pub use reservation::{Action, Denied, Phase, Reservation, State, Transition, end};
