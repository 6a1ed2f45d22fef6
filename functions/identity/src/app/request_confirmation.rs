//! The mail that asks for the confirmation is wanted once more.

use ids::LetterId;

use super::{App, AppError, Who};
use crate::domain::{Cause, Counted, Entry, Event};

impl App {
    /// Writes the letter of the registration again.
    pub async fn request_confirmation(&self, who: &Who) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let letter = LetterId::mint(&self.mint);
        let sent = self.store.letters_to(present.known.body.open()?, Cause::Confirmation).await?;
        self.amend_own(who, present, |known, transaction| {
            let account = &known.body;
            let step = account.ask_again(letter, transaction.now())?;
            sent.one_more_letter(transaction.now())?;
            let entry = Entry::new(Event::ConfirmationRequested, &who.origin, transaction.now());
            let transaction =
                transaction.strike_mail(account.open()?, Counted::Letters(Cause::Confirmation), sent);
            Ok((transaction.step(known.version, &step)?.audit(account.id, &entry)?, ()))
        })
        .await
    }
}
