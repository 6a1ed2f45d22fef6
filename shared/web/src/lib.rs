//! The HTTP frame: everything about HTTP that is the same in every room.
//!
//! [`serve`] wraps a room's router; [`Door`] is the context of the extractors. Then one file per
//! extractor: a [`Json`] body, an [`Id`] from the path, a [`Page`] of a list, the [`Expected`] version,
//! the [`Caller`], and [`Once`] for `Idempotency-Key`. [`Routes`] is the table of a room's operations;
//! [`Recent`] keeps the answers of its public reads for a second.
//!
//! Invariants: input is a type before a handler sees it; a handler that holds a [`TokenClerk`], a
//! [`TokenManager`] or an [`Admin`] is already authorised; every refusal is a problem document with the
//! trace id; a panic is a 500 of one request; internal details never reach the client.

mod body;
mod caller;
mod door;
mod language;
mod limit;
pub mod loms;
mod once;
mod openapi;
mod paging;
mod path;
mod public;
mod routes;
mod serve;
mod status;
mod version;

pub use body::{Json, LARGEST_BODY, Query};
pub use caller::{
    Admin, Caller, Customer, Membership, Person, SignedIn, TokenClerk, TokenManager, TokenOwner,
};
pub use door::Door;
pub use language::{Reads, Spoken};
pub use limit::{Allowance, Buckets, Spent};
pub use once::{Answered, Once, Shown};
pub use paging::{Listed, Page};
pub use path::{Id, InPath};
pub use public::Recent;
pub use routes::{Described, Describes, Draft, Routes};
pub use serve::{Address, serve};
pub use status::{Accepted, Created, NoContent, PictureAt};
pub use version::{Expected, Tagged, etag};
