//! What can be done with shops that is more than one decision about one shop: what mints ids, touches
//! several items, or reaches outside the table. For everything else a handler hands the domain's method
//! to [`App::change`].
//!
//! Invariant: who may act is judged on the very version of the shop that is changed, so a member who was
//! let go a moment ago changes nothing any more.

mod actor;
mod change;
mod files;
mod holidays;
mod invitations;
mod letters;
mod policies;
mod rules;
mod shops;

use blob::Bucket;
use clock::Clock;
use failure::Failure;
use ids::Mint;
use lambda::{Surroundings, Unready};

use crate::domain::Refusal;
use crate::store::Store;
use letters::Letters;

pub(crate) use actor::{Actor, By};
pub(crate) use files::Upload;
pub(crate) use letters::PURPOSE;
pub(crate) use rules::AddRule;

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
    /// The use cases as this role has them: only those that deal with files are given a bucket, and only
    /// those that write letters or read them the name of their secret.
    pub(crate) fn open(around: &Surroundings) -> Result<App, Unready> {
        let bucket = around.env.get("BUCKET").map(|_| around.bucket("BUCKET")).transpose()?;
        let secret = around.env.get("LETTER_SECRET").map(str::to_owned);
        let letters = secret.map(|secret| Letters { vault: around.vault.clone(), secret });
        let (clock, mint) = (around.clock.clone(), around.mint.clone());
        Ok(App { store: Store::new(around.table()?), clock, mint, bucket, letters })
    }

    fn bucket(&self) -> Result<&Bucket, Failure> {
        self.bucket.as_ref().ok_or_else(|| Failure::without("bucket"))
    }

    fn letters(&self) -> Result<&Letters, Failure> {
        self.letters.as_ref().ok_or_else(|| Failure::without("secret of letters"))
    }
}
