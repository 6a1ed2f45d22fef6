//! A room as a set of Lambda functions: the same binary, a different `ROLE` for each.
//!
//! A room declares itself once with [`Room`]; [`run`] turns that into the function that its environment
//! names. The embedded host and the simulation open the same [`Room`] with other [`Surroundings`] and
//! call the same [`Roles`].
//!
//! Invariants: a function with an incomplete environment does not start, and reports everything that is
//! missing; a panic fails one invocation and not the process; only this crate loads SDK configuration.

mod authority;
mod env;
mod role;
mod room;
mod run;
mod surroundings;

pub use env::{Env, Unready};
pub use role::{Fault, Handler, Role, Roles, handler};
pub use room::{Hears, May, Need, Parts, Room};
pub use run::run;
pub use surroundings::{Aws, Surroundings};
