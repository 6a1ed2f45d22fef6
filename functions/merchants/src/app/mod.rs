//! What can be done with shops that is more than one decision about one shop: what mints ids, touches
//! several items, or reaches outside the table. For everything else a handler hands the domain's method
//! to [`App::change`].
//!
//! Invariant: who may act is judged on the very version of the shop that is changed, so a member who was
//! let go a moment ago changes nothing any more.

mod actor;
mod approve_shop;
mod change;
mod files;
mod forget_account;
mod holidays;
mod invitations;
mod letters;
mod open_shop;
mod policies;
mod rules;

use blob::Bucket;
use clock::Clock;
use failure::Failure;
use ids::Mint;
use vault::Vault;

use crate::domain::Refusal;
use crate::store::Store;
use letters::Letters;

pub(crate) use actor::{Actor, By};
pub(crate) use files::Upload;
pub(crate) use holidays::NewHoliday;
pub(crate) use invitations::{Accepted, InviteMember};
pub(crate) use letters::PURPOSE;
pub(crate) use open_shop::OpenShop;
pub(crate) use rules::AddRule;

/// What stood in the way of a use case.
pub(crate) type AppError = failure::AppError<Refusal>;

impl failure::Refusal for Refusal {}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    mint: Mint,
    bucket: Option<Bucket>,
    letters: Option<Letters>,
}

impl App {
    /// The use cases over this store. Only roles that deal with files need a bucket, and only those
    /// that write letters or read them need their secret, by its name.
    pub(crate) fn new(
        store: Store,
        clock: Clock,
        mint: Mint,
        bucket: Option<Bucket>,
        letters: Option<(Vault, String)>,
    ) -> App {
        let letters = letters.map(|(vault, name)| Letters::new(vault, name));
        App { store, clock, mint, bucket, letters }
    }

    fn bucket(&self) -> Result<&Bucket, Failure> {
        self.bucket.as_ref().ok_or_else(|| Failure::without("bucket"))
    }

    fn letters(&self) -> Result<&Letters, Failure> {
        self.letters.as_ref().ok_or_else(|| Failure::without("secret of letters"))
    }
}
