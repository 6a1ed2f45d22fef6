//! Another password, chosen by whoever reads the owner's mail.

use facts::identity::RevocationReason;

use super::{App, AppError};
use crate::domain::{Entry, Event, Origin, Password, Void, ended};

impl App {
    /// Changes the password by a letter, ends every session, and takes the e-mail for confirmed:
    /// whoever has the letter reads it.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &Password,
        origin: &Origin,
    ) -> Result<(), AppError> {
        let (letter, known) = self.open_letter(token).await?;
        if !letter.purpose.resets() {
            return Err(Void::Pointless.into());
        }
        password.judge(known.body.open()?)?;
        let hash = self.hasher.hash(password).await?;
        let living = self.living(&known.body).await?;
        self.amend(letter.account, known, |known, transaction| {
            let account = &known.body;
            let now = transaction.now();
            let email = letter.address(account, now)?.clone();
            let mut step = account.confirm(now);
            step.account = step.account.with_password(hash.clone(), None);
            step.facts.extend(ended(account.id, living.clone(), RevocationReason::PasswordChanged));
            let transaction = transaction.use_letter(&letter).forgive(&email).step(known.version, &step)?;
            Ok((transaction.audit(account.id, &Entry::new(Event::PasswordReset, origin, now))?, ()))
        })
        .await
    }
}
