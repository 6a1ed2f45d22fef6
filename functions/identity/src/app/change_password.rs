//! Another password, chosen by whoever knows the old one.

use facts::identity::RevocationReason;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, Password, Refusal, ended};

impl App {
    /// Changes the password and ends every other session.
    pub async fn change_password(&self, who: &Who, old: &Password, new: &Password) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let proven = present.known.body.password.clone();
        let place = self.prove_password(&present.known.body, old, who).await?;
        new.judge(present.known.body.open()?)?;
        let hash = self.hasher.hash(new).await?;
        let living = self.living(&present.known.body).await?;
        let living: Vec<_> = living.into_iter().filter(|session| Some(*session) != who.session).collect();
        self.amend_own(who, present, |known, transaction| {
            let account = &known.body;
            let now = transaction.now();
            // What was proven was proven of that password, not of one that somebody has set since.
            if account.password != proven {
                return Err(Refusal::WrongPassword.into());
            }
            let mut step = account.silently();
            step.account = account.with_password(hash.clone(), who.session);
            step.facts = ended(account.id, living.clone(), RevocationReason::PasswordChanged);
            let transaction = transaction.forgive_place(place).step(known.version, &step)?;
            Ok((transaction.audit(account.id, &Entry::new(Event::PasswordChanged, &who.origin, now))?, ()))
        })
        .await
    }
}
