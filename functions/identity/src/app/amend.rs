//! What changes of an account have in common: decided on what is there, and again if it has changed.

use ids::AccountId;

use super::{App, Trouble};
use crate::domain::{Refusal, Void};
use crate::store::{Deed, Known, Lost};

impl App {
    /// Changes an account by a decision that may have to be made again. What was read before, the
    /// first decision is made on.
    pub(super) async fn amend(
        &self,
        account: AccountId,
        read: Option<Known>,
        decide: impl Fn(&Known, Deed) -> Result<Deed, Trouble> + Send + Sync,
    ) -> Result<(), Trouble> {
        self.amend_and_tell(account, read, |known, deed| Ok((decide(known, deed)?, ()))).await
    }

    /// The same, when what has come of it depends on the decision.
    pub(super) async fn amend_and_tell<T: Send>(
        &self,
        account: AccountId,
        mut read: Option<Known>,
        decide: impl Fn(&Known, Deed) -> Result<(Deed, T), Trouble> + Send + Sync,
    ) -> Result<T, Trouble> {
        let mut race = self.store.race();
        while race.goes_on().await {
            let known = match read.take() {
                Some(known) => known,
                None => self.open_account(account).await?,
            };
            let (deed, told) = decide(&known, self.store.deed(self.clock.now()))?;
            match self.store.carry_out(deed).await? {
                Ok(()) => return Ok(told),
                Err(Lost::Email) => return Err(Trouble::EmailTaken),
                Err(Lost::Letter) => return Err(Void::Used.into()),
                Err(Lost::Recipient) => return Err(Refusal::TooManyLetters.into()),
                Err(Lost::Race) => {}
            }
        }
        Err(Trouble::Busy)
    }
}
