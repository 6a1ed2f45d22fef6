//! Whether somebody knows a password: counted first, looked at then, and forgiven when it is right.

use super::{App, AppError, Who};
use crate::domain::{
    Account, Counted, Email, Entry, Event, Origin, PER_ACCOUNT, PER_ADDRESS, Password, Place, Refusal,
    Strikes,
};
use crate::store::Knock;
use crate::tokens::DeviceToken;
use failure::Failure;

impl App {
    /// Counts an attempt before anything is known of the account: against the place that has shown to
    /// be known to it, or else against the e-mail, together with those of all strangers. Of many at
    /// once each counts, so nobody guesses faster by guessing in parallel.
    pub(super) async fn count_attempt(
        &self,
        email: &Email,
        origin: &Origin,
        device: Option<&DeviceToken>,
    ) -> Result<Knock, AppError> {
        self.again(|| async {
            let knock = self.store.knock(email, origin, Counted::Guesses, device).await?;
            let now = self.clock.now();
            let knock = knock.at_a_place_with_guesses_left(now);
            let waits = match knock.place {
                Some((_, strikes)) => [strikes.wait(PER_ACCOUNT, now), None],
                None => [knock.mail.wait(PER_ACCOUNT, now), knock.address.wait(PER_ADDRESS, now)],
            };
            if let Some(wait) = waits.into_iter().flatten().max() {
                observe::count("attempts_throttled", 1);
                return Err(Refusal::TooManyAttempts(wait).into());
            }
            let transaction = self.store.transaction(now);
            let transaction = match knock.place {
                Some((place, strikes)) => transaction.strike_place(place, strikes),
                None => transaction.strike_mail(email, Counted::Guesses, knock.mail),
            };
            Ok((transaction, knock))
        })
        .await
    }

    /// Writes down that an attempt was in vain: in the owner's trail, or as much for nobody. A stranger's
    /// address has one strike more.
    pub(super) async fn note_failure(
        &self,
        account: Option<&Account>,
        email: &Email,
        origin: &Origin,
        address: Option<Strikes>,
    ) -> Result<(), AppError> {
        let now = self.clock.now();
        let transaction = self.store.transaction(now);
        let transaction = match account {
            Some(account) => transaction.audit(account.id, &Entry::new(Event::SignInFailed, origin, now))?,
            None => transaction.in_vain(email, "sign_in_failed", origin)?,
        };
        let transaction = match address {
            Some(strikes) => transaction.strike_address(origin, strikes),
            None => transaction,
        };
        // Nothing in here has a condition, so nobody can be faster.
        match self.store.commit(transaction).await? {
            true => Ok(()),
            false => Err(Failure::overtaken().into()),
        }
    }

    /// Insists on the password of somebody who has signed in: a session that was left open is not
    /// enough for what cannot be undone. It is judged by the strikes of the session alone, which no
    /// stranger adds to; they are forgiven together with what the password was for.
    pub(super) async fn prove_password(
        &self,
        account: &Account,
        password: &Password,
        who: &Who,
    ) -> Result<Place, AppError> {
        let place = who.session.map(Place::Session).ok_or(Refusal::SignedOut("no sign-in made its token"))?;
        self.count_attempt_at(place).await?;
        if self.hasher.verify(password, account.password.as_ref()).await?.right {
            return Ok(place);
        }
        self.note_failure(Some(account), account.open()?, &who.origin, None).await?;
        Err(Refusal::WrongPassword.into())
    }

    async fn count_attempt_at(&self, place: Place) -> Result<(), AppError> {
        self.again(|| async {
            let strikes = self.store.strikes_at(place).await?;
            let now = self.clock.now();
            if let Some(wait) = strikes.wait(PER_ACCOUNT, now) {
                observe::count("attempts_throttled", 1);
                return Err(Refusal::TooManyAttempts(wait).into());
            }
            Ok((self.store.transaction(now).strike_place(place, strikes), ()))
        })
        .await
    }
}
