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
        let mut hashed = None;
        let account = AccountId::mint(&self.mint);
        let mut race = self.store.race();
        while race.goes_on().await {
            let behind = self.store.account_behind(&email).await?;
            let found = self.store.account_or_nobody(behind).await?;
            if let Some(known) = found {
                return self.register_again(known, &email, &password, origin).await;
            }
            // One hash is made or one is checked: it takes as long, whether or not the e-mail is taken.
            let hash = match hashed.take() {
                Some(hash) => hash,
                None => self.hasher.hash(&password).await?,
            };
            hashed = Some(hash.clone());
            let now = self.clock.now();
            let letter = LetterId::mint(&self.mint);
            let (name, locale) = (name.clone(), locale.clone());
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

    /// The e-mail has an account. As long as nobody has confirmed it, whoever says the same password is
    /// taken for who registered it, and is written the same letter again. Another password contests the
    /// registration.
    async fn register_again(
        &self,
        known: Known,
        email: &Email,
        password: &Password,
        origin: &Origin,
    ) -> Result<(), Trouble> {
        let kept = known.1.password.as_ref();
        let is_the_same = self.hasher.verify(password, kept).await?.right;
        if !is_the_same || known.1.is_confirmed() {
            return self.show_a_way_back(Some(known), email, Purpose::AlreadyRegistered, origin).await;
        }
        let ((version, account), now) = (known, self.clock.now());
        let deed = self.store.deed(now);
        let deed = match account.ask_again(LetterId::mint(&self.mint), now) {
            Ok(step) => {
                let entry = Entry::new(Event::RegisteredAgain, origin, now);
                deed.step(version, &step)?.audit(account.id, &entry)?
            }
            Err(_) => deed.in_vain(email, Purpose::ConfirmEmail.word(), origin)?,
        };
        // Whoever was faster has had a letter written, or has confirmed the e-mail: that will do.
        self.store.carry_out(deed).await.map(drop).map_err(Trouble::from)
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
