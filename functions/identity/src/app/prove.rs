//! Whether somebody knows a password: counted first, looked at then, and forgiven when it is right.

use super::{App, Trouble, Who};
use crate::domain::{Account, Email, Entry, Event, Origin, PER_ACCOUNT, PER_ADDRESS, Password};
use crate::store::Knock;

impl App {
    /// Counts an attempt against an e-mail before anything is known of it. Of many at once each
    /// counts, so nobody guesses faster by guessing in parallel.
    pub(super) async fn count_attempt(&self, email: &Email, origin: &Origin) -> Result<Knock, Trouble> {
        let mut race = self.store.race();
        while race.goes_on().await {
            let knock = self.store.knock(email, origin).await?;
            let now = self.clock.now();
            let waits = [knock.mail.wait(PER_ACCOUNT, now), knock.address.wait(PER_ADDRESS, now)];
            if let Some(wait) = waits.into_iter().flatten().max() {
                observe::count("attempts_throttled", 1);
                return Err(Trouble::TooManyAttempts(wait));
            }
            let struck = knock.mail.struck(PER_ACCOUNT, now);
            let deed = self.store.deed(now).strike_mail(email, knock.mail, struck);
            if self.store.carry_out(deed).await?.is_ok() {
                return Ok(knock);
            }
        }
        Err(Trouble::Busy)
    }

    /// Writes down that an attempt was in vain: in the owner's trail, or as much for nobody.
    pub(super) async fn note_failure(
        &self,
        account: Option<&Account>,
        email: &Email,
        origin: &Origin,
        knock: &Knock,
    ) -> Result<(), Trouble> {
        let now = self.clock.now();
        let deed = self.store.deed(now);
        let deed = match account {
            Some(account) => deed.audit(account.id, &Entry::new(Event::SignInFailed, origin, now))?,
            None => deed.in_vain(email, "sign_in_failed", origin)?,
        };
        let struck = knock.address.struck(PER_ADDRESS, now);
        // Nothing in here has a condition, so nobody can be faster.
        match self.store.carry_out(deed.strike_address(origin, knock.address, struck)).await? {
            Ok(()) => Ok(()),
            Err(_) => Err(Trouble::Busy),
        }
    }

    /// Insists on the password of somebody who has signed in: a session that was left open is not
    /// enough for what cannot be undone.
    pub(super) async fn prove_password(
        &self,
        account: &Account,
        password: &Password,
        who: &Who,
    ) -> Result<(), Trouble> {
        let email = account.open()?;
        let knock = self.count_attempt(email, &who.origin).await?;
        if self.hasher.verify(password, account.password.as_ref()).await?.right {
            return Ok(());
        }
        self.note_failure(Some(account), email, &who.origin, &knock).await?;
        Err(Trouble::WrongPassword)
    }
}
