//! Whoever shows a letter reads the e-mail that it went to.

use facts::identity::RevocationReason;

use super::{App, AppError};
use crate::domain::{Account, Agreed, Entry, Event, Letter, Origin, Purpose, Refusal, Step, Void, ended};
use crate::store::Known;
use crate::tokens::LetterToken;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The e-mail of the account is known to be its owner's.
    Known,
    /// One address agrees to the change; the other has not spoken yet.
    Waiting,
    /// The account is at its new e-mail.
    Moved,
}

impl App {
    /// Confirms the e-mail of an account, or one side of a change of e-mail.
    pub async fn confirm_email(&self, token: &str, origin: &Origin) -> Result<Confirmed, AppError> {
        let (letter, known) = self.open_letter(token).await?;
        if letter.purpose.resets() {
            return Err(Void::Pointless.into());
        }
        let before = match known.body.is_confirmed() {
            true => Vec::new(),
            false => self.living(&known.body).await?,
        };
        // Whoever signed in before the confirmation is out with it.
        let told = |step: Step, was: &Account| {
            let ends = !was.is_confirmed() && step.account.is_confirmed();
            let ended = ended(was.id, before.clone(), RevocationReason::EmailConfirmed);
            Step { facts: step.facts.into_iter().chain(ended.into_iter().filter(|_| ends)).collect(), ..step }
        };
        self.amend(letter.account, known, |known, transaction| {
            let account = &known.body;
            let now = transaction.now();
            letter.address(account, now)?;
            let entry = |event| Entry::new(event, origin, now);
            let transaction = transaction.use_letter(&letter);
            if letter.purpose == Purpose::ConfirmEmail {
                let transaction = transaction.step(known.version, &told(account.confirm(now), account))?;
                return Ok((transaction.audit(account.id, &entry(Event::Confirmed))?, Confirmed::Known));
            }
            Ok(match account.agree(&letter, now)? {
                Agreed::Waiting(step) => {
                    let transaction = transaction.step(known.version, &step)?;
                    (transaction.audit(account.id, &entry(Event::EmailChangeAgreed))?, Confirmed::Waiting)
                }
                Agreed::Moved { from, step } => {
                    let to = step.account.open()?;
                    let transaction =
                        transaction.claim(to, account.id)?.release(&from, account.id).forgive(&from);
                    let transaction = transaction.step(known.version, &told(step, account))?;
                    (transaction.audit(account.id, &entry(Event::EmailChanged))?, Confirmed::Moved)
                }
            })
        })
        .await
    }

    /// The letter of a token with its account, if both are there and the letter is still good.
    pub(super) async fn open_letter(&self, token: &str) -> Result<(Letter, Known), AppError> {
        let token = self.secrets.unseal(|seal| LetterToken::parse(token, seal).ok()).await?;
        let token = token.ok_or(Refusal::NoSuchLetter)?;
        let letter = self.store.letter(token.letter).await?;
        let letter = letter.filter(|letter| letter.purpose == token.purpose).ok_or(Refusal::NoSuchLetter)?;
        let known = self.store.account(letter.account).await?.ok_or(Refusal::NoSuchLetter)?;
        letter.address(&known.body, self.clock.now())?;
        Ok((letter, known))
    }
}
