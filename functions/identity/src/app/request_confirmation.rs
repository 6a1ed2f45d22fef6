//! The mail that asks for the confirmation is wanted once more.

use ids::LetterId;

use super::{App, Trouble, Who};
use crate::domain::{Cause, Counted, Entry, Event};

impl App {
    /// Writes the letter of the registration again.
    pub async fn request_confirmation(&self, who: &Who) -> Result<(), Trouble> {
        let present = self.present(who).await?;
        let letter = LetterId::mint(&self.mint);
        let sent = self.store.letters_to(present.account.open()?, Cause::Confirmation).await?;
        self.amend_own(who, present, |(version, account), deed| {
            let step = account.ask_again(letter, deed.now())?;
            sent.one_more_letter(deed.now())?;
            let entry = Entry::new(Event::ConfirmationRequested, &who.origin, deed.now());
            let deed = deed.strike_mail(account.open()?, Counted::Letters(Cause::Confirmation), sent);
            Ok(deed.step(*version, &step)?.audit(account.id, &entry)?)
        })
        .await
    }
}
