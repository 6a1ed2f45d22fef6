//! Somebody comes for the first time, or says so.
//!
//! Whether the e-mail is taken is nobody's business but its owner's: the answer is the same, the work
//! is the same, and what differs is the letter. How often that is sent is counted where the e-mail and
//! the address are, not at the account, so that a registration that is closed and made again is no way
//! to send more, and so that it takes the same work for an e-mail that nobody has.

use ids::{AccountId, LetterId};

use super::{App, AppError};
use crate::domain::{
    Account, Cause, Counted, Email, Entry, Event, LETTERS, Locale, Name, Origin, PER_ADDRESS, Password,
    Purpose, Refusal,
};
use crate::store::{Known, Transaction};

/// The e-mail's letters, the sender's, the claim, the account, the letter, and a line of the trail.
const WRITES: usize = 6;

#[derive(Clone, Debug)]
pub struct Register {
    pub email: Email,
    pub password: Password,
    pub name: Option<Name>,
    pub locale: Locale,
}

/// What is found when anybody asks for something that sends a letter to an e-mail.
pub(super) struct Asked {
    /// The account that has the e-mail.
    pub known: Option<Known>,
    /// Whether the e-mail has had as many letters of that kind as it may get.
    pub has_enough: bool,
    /// What counts the letter, for the e-mail and for the sender.
    pub transaction: Transaction,
}

impl App {
    /// Makes the account, or writes to the owner of the e-mail that somebody has tried to. An e-mail
    /// that has had enough letters gets an account and no letter: its owner signs in and asks for one.
    ///
    /// As long as nobody has confirmed the e-mail, whoever says the same password is taken for who
    /// registered it, and is written the same letter again. Another password contests the registration.
    pub async fn register_account(&self, command: Register, origin: &Origin) -> Result<(), AppError> {
        let Register { email, password, name, locale } = command;
        password.judge(&email)?;
        let account = AccountId::mint(&self.mint);
        let letter = LetterId::mint(&self.mint);
        self.again(|| async {
            let Asked { known, has_enough, transaction } =
                self.asked(&email, Cause::Registration, origin).await?;
            let now = transaction.now();
            // At every try one hash is made or one is checked: it takes as long, whether or not the e-mail is
            // taken, also for who is made to try again from outside.
            let transaction = match known {
                Some(known) => {
                    let is_the_same =
                        self.hasher.verify(&password, known.body.password.as_ref()).await?.right;
                    match is_the_same && !known.body.is_confirmed() {
                        true if has_enough => transaction,
                        // Who has used up the letters must not keep the owner from contesting.
                        false if has_enough => transaction.contested(&known, origin)?,
                        true => transaction.same_letter(&known, letter, origin)?,
                        false => transaction.way_back(&known, letter, Purpose::AlreadyRegistered, origin)?,
                    }
                }
                None => {
                    let hash = self.hasher.hash(&password).await?;
                    let (name, locale) = (name.clone(), locale.clone());
                    let step = Account::register(account, email.clone(), name, locale, hash, letter, now);
                    let step = if has_enough { step.unsent(now) } else { step };
                    let transaction = transaction.claim(&email, account)?.step(0, &step)?;
                    transaction.audit(account, &Entry::new(Event::Registered, origin, now))?
                }
            };
            let transaction =
                transaction.padded(WRITES, &email, Purpose::AlreadyRegistered.word(), origin)?;
            // Should somebody else have just taken the e-mail, their account is found now.
            Ok((transaction, ()))
        })
        .await
    }

    /// Looks at an e-mail for somebody who may be anybody, and counts the letter that this may send.
    /// A sender of too many is refused before it matters whose e-mail it is.
    pub(super) async fn asked(
        &self,
        email: &Email,
        cause: Cause,
        origin: &Origin,
    ) -> Result<Asked, AppError> {
        let counted = Counted::Letters(cause);
        let knock = self.store.knock(email, origin, counted, None).await?;
        let now = self.clock.now();
        if knock.address.wait(PER_ADDRESS, now).is_some() {
            observe::count("letters_throttled", 1);
            return Err(Refusal::TooManyLetters.into());
        }
        let found = self.store.account_or_nobody(knock.account).await?;
        let known = found.filter(|found| found.body.open().is_ok_and(|open| open == email));
        let has_enough = knock.mail.wait(LETTERS, now).is_some();
        let transaction = self.store.transaction(now).strike_sender(origin, counted, knock.address);
        let transaction =
            if has_enough { transaction } else { transaction.strike_mail(email, counted, knock.mail) };
        Ok(Asked { known, has_enough, transaction })
    }
}

impl Transaction {
    /// The e-mail is contested, and has had too many letters to be told so: a letter that was sent
    /// before stays good if it lets its reader choose.
    fn contested(self, known: &Known, origin: &Origin) -> Result<Transaction, AppError> {
        let Some(step) = known.body.contest() else { return Ok(self) };
        let entry = Entry::new(Event::RegisteredAgain, origin, self.now());
        Ok(self.step(known.version, &step)?.audit(known.body.id, &entry)?)
    }

    /// The letter of the registration once more, unless there were too many of them: the answer is the
    /// same either way.
    fn same_letter(self, known: &Known, letter: LetterId, origin: &Origin) -> Result<Transaction, AppError> {
        let now = self.now();
        let Ok(step) = known.body.written_again(letter, now) else { return Ok(self) };
        let entry = Entry::new(Event::RegisteredAgain, origin, now);
        Ok(self.step(known.version, &step)?.audit(known.body.id, &entry)?)
    }

    /// A letter that lets the owner of the account in.
    pub(super) fn way_back(
        self,
        known: &Known,
        letter: LetterId,
        purpose: Purpose,
        origin: &Origin,
    ) -> Result<Transaction, AppError> {
        let event = match purpose {
            Purpose::AlreadyRegistered => Event::RegisteredAgain,
            _ => Event::PasswordResetRequested,
        };
        let now = self.now();
        let step = known.body.show_a_way_back(letter, purpose, now)?;
        Ok(self.step(known.version, &step)?.audit(known.body.id, &Entry::new(event, origin, now))?)
    }
}
