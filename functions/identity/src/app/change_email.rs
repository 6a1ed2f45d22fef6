//! The owner wants to be reached elsewhere.

use ids::LetterId;

use super::{App, Trouble, Who};
use crate::domain::{Email, Entry, Event, Password};

impl App {
    /// Writes to both addresses. Whether the new one is taken shows when both have agreed, to
    /// whoever reads both.
    pub async fn change_email(&self, who: &Who, to: &Email, password: &Password) -> Result<(), Trouble> {
        let present = self.present(who).await?;
        self.prove_password(&present.account, password, who).await?;
        let letters = [LetterId::mint(&self.mint), LetterId::mint(&self.mint)];
        let proven = present.account.password.clone();
        self.amend_own(who, present, |(version, account), deed| {
            if account.password != proven {
                return Err(Trouble::WrongPassword);
            }
            let step = account.ask_to_move(to.clone(), letters, deed.now())?;
            let entry = Entry::new(Event::EmailChangeRequested, &who.origin, deed.now());
            Ok(deed.forgive(account.open()?).step(*version, &step)?.audit(account.id, &entry)?)
        })
        .await
    }
}
