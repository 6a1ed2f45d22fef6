//! What may be asked with an e-mail alone: an account, and a way back to one.
//!
//! Whether the e-mail is taken is the business of its owner alone: the answer is the same, the work is
//! the same, and what differs is the letter. How often that is sent is counted where the e-mail and the
//! address are, not at the account, so that a registration that is closed and made again is no way to
//! send more, and so that it takes the same work for an e-mail without an account.

use dynamo::Versioned;
use ids::{AccountId, LetterId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{App, AppError};
use crate::domain::{
    Account, Cause, Counted, Email, Entry, Event, LETTERS, Locale, Name, Origin, PER_ADDRESS, Password,
    Purpose, Refusal,
};
use crate::store::{Known, Transaction};

/// Who wants to be known here.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    email: Email,
    password: Password,
    name: Option<Name>,
    /// The language of the mails, `en` if nothing is said.
    locale: Option<Locale>,
}

impl App {
    /// Makes the account, or writes to the owner of the e-mail that it was registered again. An e-mail
    /// that has had enough letters gets an account and no letter: its owner signs in and asks for one.
    ///
    /// As long as the e-mail is not confirmed, who says the same password is taken for who registered it,
    /// and is written the same letter again. Another password contests the registration.
    pub async fn register_account(&self, wish: Registration, origin: &Origin) -> Result<(), AppError> {
        let Registration { email, password, name, locale } = &wish;
        let locale = locale.clone().unwrap_or_else(|| "en".parse().expect("`en` is a language"));
        password.judge(email)?;
        let account = AccountId::mint(&self.mint);
        let letter = LetterId::mint(&self.mint);
        self.again(|| async {
            let (known, has_enough, transaction) = self.asked(email, Cause::Registration, origin).await?;
            let now = transaction.now();
            // At every try one hash is made or one is checked: it takes as long, whether or not the e-mail is
            // taken, also for who is made to try again from outside.
            let (transaction, loaded, event, step) = match known {
                Some(Versioned { version, body: known }) => {
                    let is_right = self.hasher.verify(password, known.password.as_ref()).await?.right;
                    let step = match is_right && !known.is_confirmed() {
                        true if has_enough => None,
                        // Who has used up the letters must not keep the owner from contesting.
                        false if has_enough => known.contest(),
                        true => known.written_again(letter, now).ok(),
                        false => Some(known.show_a_way_back(letter, Purpose::AlreadyRegistered, now)?),
                    };
                    (transaction, version, Event::RegisteredAgain, step)
                }
                None => {
                    let hash = self.hasher.hash(password).await?;
                    let (email, name, locale) = (email.clone(), name.clone(), locale.clone());
                    let transaction = transaction.claim(&email, account);
                    let step = Account::register(account, email, name, locale, hash, letter, now);
                    let step = if has_enough { step.unsent(now) } else { step };
                    (transaction, 0, Event::Registered, Some(step))
                }
            };
            let transaction = transaction.told(loaded, step, &Entry::new(event, origin, now));
            // The e-mail's letters, the sender's, the claim, the account, the letter, and a line of the trail.
            let transaction = transaction.padded(6, email, Purpose::AlreadyRegistered.word(), origin);
            // Should another request have just taken the e-mail, its account is found now.
            Ok((transaction, ()))
        })
        .await
    }

    /// Writes the owner of the e-mail a letter by which another password is chosen.
    pub async fn forgot_password(&self, email: &Email, origin: &Origin) -> Result<(), AppError> {
        let letter = LetterId::mint(&self.mint);
        self.again(|| async {
            let (known, has_enough, transaction) = self.asked(email, Cause::Forgotten, origin).await?;
            let now = transaction.now();
            // No account, or one that has had enough letters: both look the same from outside.
            let known = known.filter(|_| !has_enough);
            let loaded = known.as_ref().map_or(0, |known| known.version);
            let way_back = |known: Known| known.body.show_a_way_back(letter, Purpose::ResetPassword, now);
            let entry = Entry::new(Event::PasswordResetRequested, origin, now);
            let transaction = transaction.told(loaded, known.map(way_back).transpose()?, &entry);
            // The e-mail's letters, the sender's, the account, the letter, and a line of the trail.
            Ok((transaction.padded(5, email, Purpose::ResetPassword.word(), origin), ()))
        })
        .await
    }

    /// Looks at an e-mail for a request that may be anyone's: its account, whether it has had as many
    /// letters of this cause as it may get, and what counts the letter for the e-mail and for the sender. A
    /// sender of too many is refused before it matters whose e-mail it is.
    async fn asked(
        &self,
        email: &Email,
        cause: Cause,
        origin: &Origin,
    ) -> Result<(Option<Known>, bool, Transaction), AppError> {
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
        let mut transaction = self.store.transaction(now).strike_sender(origin, counted, knock.address);
        if !has_enough {
            transaction = transaction.strike_mail(email, counted, knock.mail);
        }
        Ok((known, has_enough, transaction))
    }
}
