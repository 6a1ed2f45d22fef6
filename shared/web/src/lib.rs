//! The door of a room: everything about HTTP that is the same in every room.
//!
//! [`serve`] wraps a room's router with what every request goes through; [`Door`] is what the
//! extractors need to know. Then one file per thing that a handler can ask for: a [`Json`] body,
//! an [`Id`] from the path, a [`Page`] of a list, the version it [`Expected`], who the
//! [`Caller`] is, and that the work is done [`Once`]. [`Routes`] is the table of a room's operations.
//!
//! Invariants: input is a type before a handler sees it; a handler that holds a [`TokenClerk`], a
//! [`TokenManager`] or an [`Admin`] is already authorised; every refusal is a problem document with
//! the trace id; a panic is a 500 of one request; nothing inside leaks to the client.

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
pub use routes::{Described, Describes, Draft, Routes};
pub use serve::{Address, serve};
pub use status::{Accepted, Created, NoContent, PictureAt};
pub use version::{Expected, Tagged, etag};
