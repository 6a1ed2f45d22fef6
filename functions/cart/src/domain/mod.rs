//! What is true of a cart with paper and pencil: no clock, no table, no wire.
//!
//! Read in this order: an [`Owner`] has one cart, of some life; a [`Line`] is known by its
//! [`LineName`]; a [`Cart`] admits an [`Addition`] or says why not; a [`Review`] holds what lies in
//! it against what others say today; [`merge`] makes one cart of two; [`audit`] checks what lies in the table.
//!
//! Invariant: every refusal has a name, and nothing here rounds, wraps or loses a unit in silence.

mod audit;
mod bounds;
mod cart;
mod line;
mod merge;
mod owner;
mod refusal;
mod review;

pub use audit::{Violation, audit};
pub use bounds::Quantity;
pub use cart::{Addition, Cart, Emptied, MOST_LINES};
pub use line::{Line, LineName, Wanted};
pub use merge::{Merged, Outcome, may_merge, merge};
pub use owner::Owner;
pub use refusal::{NotForSale, Refusal};
pub use review::{Change, Offer, Offers, Review, Seen, Shelf};
