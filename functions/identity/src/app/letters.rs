//! Letters: what causes one, what stands in it, and what comes of it when it is shown.

use facts::identity::RevocationReason;
use ids::LetterId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, AppError, Who};
use crate::domain::{Cause, Counted, Email, Entry, Event, Letter, Origin, Password, Purpose, Refusal, Step};
use crate::store::Known;
use crate::tokens::LetterToken;

/// How far it has got.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Confirmed,
    WaitingForTheOther,
    Moved,
}

impl App {
    /// What stands in a letter, asked as often as it takes. One that is not good any more is not
    /// worth sending.
    pub async fn read_letter(&self, letter: LetterId) -> Result<asks::identity::Letter, AppError> {
        let letter = self.store.letter(letter).await?.ok_or(Refusal::NoSuchLetter)?;
        let account = self.store.account(letter.account).await?.ok_or(Refusal::NoSuchLetter)?.body;
        let to = letter.address(&account, self.clock.now())?.clone();
        let token = LetterToken::of(&letter, &self.secrets.seal().await?).reveal().to_owned();
        let (purpose, expires_at) = (letter.purpose.word().to_owned(), letter.expires_at);
        Ok(asks::identity::Letter { to, locale: account.locale, purpose, token, expires_at })
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

    /// Confirms the e-mail of an account, or one side of a change of e-mail.
    pub async fn confirm_email(&self, token: &str, origin: &Origin) -> Result<Progress, AppError> {
        let (letter, known) = self.open_letter(token).await?;
        if letter.purpose.resets() {
            return Err(Refusal::LetterVoid.into());
        }
        let revocations = match known.body.is_confirmed() {
            true => Vec::new(),
            false => self.revocations(&known.body, None, RevocationReason::EmailConfirmed).await?,
        };
        self.amend(known, None, |known, transaction| {
            let account = &known.body;
            let now = transaction.now();
            letter.address(account, now)?;
            let step = match letter.purpose {
                Purpose::ConfirmEmail => account.confirm(now),
                _ => account.agree(&letter, now)?,
            };
            let (from, to) = (account.open()?, step.account.open()?);
            let (event, progress) = match letter.purpose {
                Purpose::ConfirmEmail => (Event::Confirmed, Progress::Confirmed),
                _ if from == to => (Event::EmailChangeAgreed, Progress::WaitingForTheOther),
                _ => (Event::EmailChanged, Progress::Moved),
            };
            let mut transaction = transaction.use_letter(&letter);
            if from != to {
                transaction = transaction.claim(to, account.id).release(from, account.id).forgive(from);
            }
            // Who signed in before the confirmation is out with it.
            let ends = !account.is_confirmed() && step.account.is_confirmed();
            let told = revocations.iter().filter(|_| ends).cloned();
            let step = Step { facts: step.facts.into_iter().chain(told).collect(), ..step };
            let entry = Entry::new(event, origin, now);
            Ok((transaction.step(known.version, &step).audit(account.id, &entry), progress))
        })
        .await
    }

    /// Writes the letter of the registration again.
    pub async fn request_confirmation(&self, who: &Who) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let letter = LetterId::mint(&self.mint);
        let sent = self.store.letters_to(present.known.body.open()?, Cause::Confirmation).await?;
        self.amend(present.known, Some(present.session), |known, transaction| {
            let account = &known.body;
            let step = account.ask_again(letter, transaction.now())?;
            sent.one_more_letter(transaction.now())?;
            let entry = Entry::new(Event::ConfirmationRequested, &who.origin, transaction.now());
            let counted = Counted::Letters(Cause::Confirmation);
            let transaction = transaction.strike_mail(account.open()?, counted, sent);
            Ok((transaction.step(known.version, &step).audit(account.id, &entry), ()))
        })
        .await
    }

    /// Writes to both addresses. Whether the new one is taken shows when both have agreed, to the reader
    /// of both.
    pub async fn change_email(&self, who: &Who, to: &Email, password: &Password) -> Result<(), AppError> {
        let (present, proof) = self.prove_password(who, password).await?;
        let sent = self.store.letters_to(to, Cause::Move).await?;
        let letters = [LetterId::mint(&self.mint), LetterId::mint(&self.mint)];
        self.amend(present.known, Some(present.session), |known, transaction| {
            let account = &known.body;
            proof.still_holds(account)?;
            let step = account.ask_to_move(to.clone(), letters, transaction.now())?;
            // The new address may be a stranger's, who gets only so many from all accounts together.
            sent.one_more_letter(transaction.now())?;
            let entry = Entry::new(Event::EmailChangeRequested, &who.origin, transaction.now());
            let transaction = transaction.forgive_place(proof.place);
            let transaction = transaction.strike_mail(to, Counted::Letters(Cause::Move), sent);
            Ok((transaction.step(known.version, &step).audit(account.id, &entry), ()))
        })
        .await
    }
}
