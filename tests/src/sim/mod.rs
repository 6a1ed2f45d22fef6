//! The market in a hostile world, in one process, on one thread, by one seed.
//!
//! [`run`] opens the rooms and the relay on engines in memory and lets people act at random while the
//! world between the rooms and their engines works against them: requests and answers are lost,
//! refused and throttled ([`hostile`]), functions are killed between any two awaits ([`stage`]),
//! messages are doubled, delayed and brought again ([`pump`]), asks of one room to another are lost,
//! heard twice and answered late ([`carrier`]), and the clock steps. Then the weather calms down,
//! everything is delivered, and the [`judge`] checks every invariant.
//!
//! | Who | Does what | Must be true in the end |
//! | --- | --- | --- |
//! | merchants ([`people`], [`shelves`]) | put goods on the shelves, some under one number, and move stock | STK-1, STK-2, NUM-1, API-1 |
//! | merchants ([`files`]) | bring files of goods, with bad rows and rows said twice | IMP-1 |
//! | buyers ([`people`]) | hold, pay, change their minds | STK-1, STK-2 |
//! | customers ([`customers`]) | register, confirm, sign in on two devices, one of them while a stranger guesses, refresh in races, change passwords, leave | IDN-1, IDN-2, IDN-3 |
//! | customers ([`baskets`]) | fill carts as guests and as themselves, and merge them | CRT-1, API-1 |
//! | customers ([`shopkeepers`]) | open shops, offer places, take and lose them | MEM-1 |
//! | the market's own people ([`officials`]) | let shops in, halt them, let them sell again | SHP-1 |
//! | the world ([`poison`]) | throws in what nobody can hear | DLQ-1 |
//! | everybody | says facts and hears them | FCT-1, FCT-2 |
//!
//! Invariants: whatever happens is drawn from the seed, so the same seed runs the same market, and
//! neither the machine's clock nor its threads have a say; and nobody gives up for good, since what a
//! person would have to mend is not what is simulated.

pub mod accounts;
pub mod baskets;
pub mod bucket;
pub mod carrier;
pub mod customers;
pub mod files;
pub mod hostile;
pub mod judge;
pub mod officials;
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
