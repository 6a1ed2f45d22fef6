//! Load, decide, save: one use case per file.
//!
//! [`App`] is what all of them need, [`Actor`] is who asks, [`AppError`] is everything that can stand in
//! their way. Invariants: who may act is judged on the very version of the shop that is changed, so
//! that whoever was let go a moment ago changes nothing any more; a use case that loses a race reads
//! again and decides again, a bounded number of times, and then says that it is busy.

mod actor;
mod change;
mod letters;
mod permit;

mod change_slug;
mod describe_shop;
mod get_policy;
mod get_shop;
mod identify_shop;
mod open_shop;
mod remove_policy;
mod remove_translation;
mod set_contact;
mod set_language;
mod set_time_zone;
mod write_policy;

mod delete_files;
mod get_document;
mod get_logo;
mod receive_file;
mod remove_document;
mod remove_logo;
mod request_document_upload;
mod request_logo_upload;

mod approve_shop;
mod close_shop;
mod list_shops;
mod reinstate_shop;
mod reject_shop;
mod restrict_shop;
mod shut_down_shop;
mod submit_shop;
mod withdraw_shop;

mod accept_invitation;
mod appoint_owner;
mod change_member_role;
mod forget_account;
mod invitation_letter;
mod invite_member;
mod leave_shop;
mod list_invitations;
mod list_members;
mod list_my_shops;
mod remove_member;
mod revoke_invitation;

mod fail_payout_account;
mod get_payout_account;
mod request_payout_verification;
mod set_payout_account;
mod verify_payout_account;

mod add_holiday;
mod list_holidays;
mod remove_holiday;

mod add_rule;
mod commission;
mod end_rule;
mod list_rules;

use blob::{BlobError, Bucket};
use clock::Clock;
use dynamo::Write;
use ids::Mint;
use jiff::SignedDuration;
use problem::Problem;
use vault::{Vault, VaultError};

use crate::domain::{BadLines, Refusal};
use crate::store::Store;

pub use accept_invitation::Accepted;
pub use actor::{Actor, By};
pub use add_rule::AddRule;
pub use get_policy::Policy;
pub use invitation_letter::InvitationLetter;
pub use invite_member::InviteMember;
pub use list_holidays::Holidays;
pub use open_shop::OpenShop;
pub use permit::{Announced, Upload};

use letters::Letters;

/// Everything that the use cases need.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    mint: Mint,
    bucket: Option<Bucket>,
    letters: Option<Letters>,
}

/// Makes the write that remembers the answer to a command: it is saved with the work itself.
pub type Sign<'a, T> = &'a (dyn Fn(&T) -> Result<Write, Problem> + Send + Sync);

/// What stood in the way of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The decision was no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such shop, or none that this caller may know of.
    #[error("no such shop")]
    NoSuchShop,
    /// The caller has no such role in the shop.
    #[error("not a member of the shop")]
    NotAMember,
    /// This takes a person.
    #[error("a program cannot do this")]
    NotAPerson,
    /// Nothing of the kind was promised.
    #[error("no such policy")]
    NoSuchPolicy,
    /// Nobody can sell these lines.
    #[error(transparent)]
    BadLines(#[from] BadLines),
    /// The caller has seen another version.
    #[error("version {seen} was seen, it is at version {is}")]
    Stale {
        /// What was seen.
        seen: u64,
        /// What it is.
        is: u64,
    },
    /// So many letters are not written to one address, by one shop, or for one person.
    #[error("too many letters")]
    TooManyLetters {
        /// For how long.
        wait: SignedDuration,
    },
    /// Others were faster too often.
    #[error("busy")]
    Busy,
    /// The table did not do it.
    #[error(transparent)]
    Table(#[from] dynamo::Error),
    /// The bucket did not do it.
    #[error(transparent)]
    Bucket(#[from] BlobError),
    /// The secret of letters could not be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// This role was not given what it would need: a defect of ours.
    #[error("this role has no {0}")]
    Without(&'static str),
    /// An answer that the door has ready.
    #[error("answered at the door")]
    Door(Problem),
}

impl App {
    /// The use cases over this store. Only roles that deal with files need a bucket, and only those
    /// that write letters or read them need their secret, by its name.
    pub fn new(
        store: Store,
        clock: Clock,
        mint: Mint,
        bucket: Option<Bucket>,
        letters: Option<(Vault, String)>,
    ) -> App {
        let letters = letters.map(|(vault, name)| Letters::new(vault, name));
        App { store, clock, mint, bucket, letters }
    }

    fn bucket(&self) -> Result<&Bucket, AppError> {
        self.bucket.as_ref().ok_or(AppError::Without("bucket"))
    }

    fn letters(&self) -> Result<&Letters, AppError> {
        self.letters.as_ref().ok_or(AppError::Without("secret of letters"))
    }
}
