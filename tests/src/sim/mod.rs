//! The market in a hostile world, in one process, on one thread, by one seed.
//!
//! [`run`] opens the rooms and the relay on engines in memory and lets merchants and customers act
//! at random while the world between the rooms and their engines works against them: requests and
//! answers are lost, refused and throttled ([`hostile`]), functions are killed between any two
//! awaits ([`stage`]), messages are doubled, delayed and brought again ([`pump`]), and the clock
//! steps. Then the weather calms down, everything is delivered, and the [`judge`] checks every
//! invariant.
//!
//! Invariants: whatever happens is drawn from the seed, so the same seed runs the same market; and
//! nobody gives up for good, since what a person would have to mend is not what is simulated.

pub mod accounts;
pub mod baskets;
pub mod bucket;
pub mod carrier;
pub mod customers;
pub mod files;
pub mod hostile;
pub mod judge;
pub mod people;
pub mod poison;
pub mod post;
pub mod pump;
pub mod sabotage;
pub mod shelves;
pub mod shopkeepers;
pub mod stage;
pub mod world;

mod chance;
mod run;
mod trail;
mod witness;

pub use chance::Chance;
pub use run::{Failure, Outcome, Plan, run};
pub use sabotage::Bug;
pub use trail::Trail;
