//! Data too large for an item: a [`Bucket`] of S3 and its operations.
//!
//! Reading and writing come first ([`Bucket`]), then uploads of unknown length ([`Upload`]), then the
//! browser's ways to do either ([`PutTerms`], [`GetTerms`], [`Presigned`], [`Link`]), and last what a room
//! does with files that clients send ([`Folder`]).
//!
//! Invariants: an object is never held whole in memory without a limit from the caller; an object
//! appears whole or not at all; and a presigned upload accepts exactly the bytes it was signed for as
//! far as S3 can check that: their type, their number and their digest.

mod bucket;
mod digest;
mod error;
mod folder;
mod presign;
mod sniff;
mod upload;

pub use bucket::{Bucket, Head, Object, Reader};
pub use digest::{Digest, NoDigest};
pub use error::BlobError;
pub use folder::{Announced, Awaited, BadSize, Came, Folder};
pub use presign::{GetTerms, Link, Presigned, PutTerms};
pub use upload::{PART, Upload};
