//! The owner wants to be reached elsewhere.

use ids::LetterId;

use super::{App, AppError, Who};
use crate::domain::{Cause, Counted, Email, Entry, Event, Password, Refusal};

impl App {
    /// Writes to both addresses. Whether the new one is taken shows when both have agreed, to
    /// whoever reads both.
    pub async fn change_email(&self, who: &Who, to: &Email, password: &Password) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let place = self.prove_password(&present.known.body, password, who).await?;
        let sent = self.store.letters_to(to, Cause::Move).await?;
        let letters = [LetterId::mint(&self.mint), LetterId::mint(&self.mint)];
        let proven = present.known.body.password.clone();
        self.amend_own(who, present, |known, transaction| {
            let account = &known.body;
            if account.password != proven {
                return Err(Refusal::WrongPassword.into());
            }
            let step = account.ask_to_move(to.clone(), letters, transaction.now())?;
            // The new address may be a stranger's, who gets only so many from all accounts together.
            sent.one_more_letter(transaction.now())?;
            let entry = Entry::new(Event::EmailChangeRequested, &who.origin, transaction.now());
            let transaction =
                transaction.forgive_place(place).strike_mail(to, Counted::Letters(Cause::Move), sent);
            Ok((transaction.step(known.version, &step)?.audit(account.id, &entry)?, ()))
        })
        .await
    }
}
