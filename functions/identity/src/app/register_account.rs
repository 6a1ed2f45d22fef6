//! Somebody comes for the first time, or says so.
//!
//! Whether the e-mail is taken is nobody's business but its owner's: the answer is the same, the work
//! is the same, and what differs is the letter.

use ids::{AccountId, LetterId};

use super::{App, Trouble};
use crate::domain::{Account, Email, Entry, Event, Locale, Name, Origin, Password, Purpose};
use crate::store::{Known, Lost};

/// What somebody says who registers.
#[derive(Clone, Debug)]
pub struct Register {
    /// Where they are reached.
    pub email: Email,
    /// By what they will be known.
    pub password: Password,
    /// How they want to be called.
    pub name: Option<Name>,
    /// What they read.
    pub locale: Locale,
}

impl App {
    /// Makes the account, or writes to the owner of the e-mail that somebody has tried to.
    pub async fn register_account(&self, command: Register, origin: &Origin) -> Result<(), Trouble> {
        let Register { email, password, name, locale } = command;
        password.judge(&email)?;
        let hash = self.hasher.hash(&password).await?;
        let account = AccountId::mint(&self.mint);
        let mut race = self.store.race();
        while race.goes_on().await {
            let behind = self.store.account_behind(&email).await?;
            let found = self.store.account_or_nobody(behind).await?;
            if let Some(known) = found {
                return self.show_a_way_back(Some(known), &email, Purpose::AlreadyRegistered, origin).await;
            }
            let now = self.clock.now();
            let letter = LetterId::mint(&self.mint);
            let (name, locale, hash) = (name.clone(), locale.clone(), hash.clone());
            let step = Account::register(account, email.clone(), name, locale, hash, letter, now);
            let deed = self.store.deed(now).claim(&email, account)?.step(0, &step)?;
            let deed = deed.audit(account, &Entry::new(Event::Registered, origin, now))?;
            match self.store.carry_out(deed).await? {
                Ok(()) => return Ok(()),
                // Somebody else has just taken the e-mail: their account is found now.
                Err(Lost::Email | Lost::Race | Lost::Letter) => {}
            }
        }
        Err(Trouble::Busy)
    }

    /// Writes the owner of an e-mail a letter that lets them in, or does as much for nobody.
    pub(super) async fn show_a_way_back(
        &self,
        mut found: Option<Known>,
        email: &Email,
        purpose: Purpose,
        origin: &Origin,
    ) -> Result<(), Trouble> {
        let event = match purpose {
            Purpose::AlreadyRegistered => Event::RegisteredAgain,
            _ => Event::PasswordResetRequested,
        };
        let letter = LetterId::mint(&self.mint);
        let mut race = self.store.race();
        while race.goes_on().await {
            let now = self.clock.now();
            let deed = self.store.deed(now);
            let step = found.as_ref().map(|(version, account)| {
                account.show_a_way_back(letter, purpose, now).map(|step| (*version, account.id, step))
            });
            let deed = match step {
                Some(Ok((version, account, step))) => {
                    deed.step(version, &step)?.audit(account, &Entry::new(event, origin, now))?
                }
                // Nobody, or somebody who has had enough letters: both look the same from outside.
                Some(Err(_)) | None => deed.in_vain(email, purpose.word(), origin)?,
            };
            if self.store.carry_out(deed).await?.is_ok() {
                return Ok(());
            }
            let behind = self.store.account_behind(email).await?;
            found = self.store.account_or_nobody(behind).await?;
        }
        Err(Trouble::Busy)
    }
}
