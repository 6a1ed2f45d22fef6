//! Whether a password is right: counted first, looked at then, and forgiven when it is. And how one takes
//! the place of another.

use facts::identity::RevocationReason;
use failure::Failure;
use jiff::SignedDuration;

use super::{App, AppError, Who};
use crate::domain::{
    Account, Counted, Email, Entry, Event, Origin, PER_ACCOUNT, PER_ADDRESS, Password, PasswordHash, Place,
    Refusal, Strikes,
};
use crate::store::{Knock, Present};
use crate::tokens::DeviceToken;

/// A password that was right, and where it was said.
pub(super) struct Proof {
    pub place: Place,
    of: Option<PasswordHash>,
}

impl Proof {
    /// What was proven was proven of that password, not of one that has been set since.
    pub fn still_holds(&self, account: &Account) -> Result<(), Refusal> {
        if account.password == self.of { Ok(()) } else { Err(Refusal::WrongPassword) }
    }
}

impl App {
    /// Changes the password and ends every other session.
    pub async fn change_password(&self, who: &Who, old: &Password, new: &Password) -> Result<(), AppError> {
        let (present, proof) = self.prove_password(who, old).await?;
        let account = &present.known.body;
        new.judge(account.open()?)?;
        let hash = self.hasher.hash(new).await?;
        let reason = RevocationReason::PasswordChanged;
        let revocations = self.revocations(account, who.session, reason).await?;
        self.amend(present.known, Some(present.session), |known, transaction| {
            let account = &known.body;
            proof.still_holds(account)?;
            let mut step = account.with_password(hash.clone(), who.session).silently();
            step.facts = revocations.clone();
            let entry = Entry::new(Event::PasswordChanged, &who.origin, transaction.now());
            let transaction = transaction.forgive_place(proof.place).step(known.version, &step);
            Ok((transaction.audit(account.id, &entry), ()))
        })
        .await
    }

    /// Changes the password by a letter, ends every session, and takes the e-mail for confirmed: who has
    /// the letter reads it.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &Password,
        origin: &Origin,
    ) -> Result<(), AppError> {
        let (letter, known) = self.open_letter(token).await?;
        if !letter.purpose.resets() {
            return Err(Refusal::LetterVoid.into());
        }
        password.judge(known.body.open()?)?;
        let hash = self.hasher.hash(password).await?;
        let revocations = self.revocations(&known.body, None, RevocationReason::PasswordChanged).await?;
        self.amend(known, None, |known, transaction| {
            let account = &known.body;
            let now = transaction.now();
            let email = letter.address(account, now)?;
            let mut step = account.confirm(now);
            step.account = step.account.with_password(hash.clone(), None);
            step.facts.extend(revocations.clone());
            let transaction = transaction.use_letter(&letter).forgive(email).step(known.version, &step);
            Ok((transaction.audit(account.id, &Entry::new(Event::PasswordReset, origin, now)), ()))
        })
        .await
    }

    /// Counts an attempt before anything is known of the account: against the place that has shown to
    /// be known to it, or else against the e-mail, together with those of all strangers. Of many at
    /// once each counts, so guessing in parallel is no faster.
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
            let transaction = self.store.transaction(now);
            let transaction = match knock.place {
                Some((place, strikes)) => {
                    wait_for([strikes.wait(PER_ACCOUNT, now)])?;
                    transaction.strike_place(place, strikes)
                }
                None => {
                    wait_for([knock.mail.wait(PER_ACCOUNT, now), knock.address.wait(PER_ADDRESS, now)])?;
                    transaction.strike_mail(email, Counted::Guesses, knock.mail)
                }
            };
            Ok((transaction, knock))
        })
        .await
    }

    /// Writes down that an attempt was in vain: in the owner's trail, or as much where there is none. A
    /// stranger's address has one strike more.
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
            Some(account) => transaction.audit(account.id, &Entry::new(Event::SignInFailed, origin, now)),
            None => transaction.in_vain(email, "sign_in_failed", origin),
        };
        let transaction = match address {
            Some(strikes) => transaction.strike_address(origin, strikes),
            None => transaction,
        };
        // Nothing in here has a condition, so no other writer can be faster.
        match self.store.commit(transaction).await? {
            true => Ok(()),
            false => Err(Failure::overtaken().into()),
        }
    }

    /// Insists on the password of an owner who has signed in: a session that was left open is not enough
    /// for what cannot be undone. It is judged by the strikes of the session alone, which no stranger adds
    /// to; they are forgiven together with what the password was for.
    pub(super) async fn prove_password(
        &self,
        who: &Who,
        password: &Password,
    ) -> Result<(Present, Proof), AppError> {
        let present = self.present(who).await?;
        let account = &present.known.body;
        let place = Place::Session(present.session);
        self.again(|| async {
            let strikes = self.store.strikes_at(place).await?;
            let now = self.clock.now();
            wait_for([strikes.wait(PER_ACCOUNT, now)])?;
            Ok((self.store.transaction(now).strike_place(place, strikes), ()))
        })
        .await?;
        if self.hasher.verify(password, account.password.as_ref()).await?.right {
            let of = account.password.clone();
            return Ok((present, Proof { place, of }));
        }
        self.note_failure(Some(account), account.open()?, &who.origin, None).await?;
        Err(Refusal::WrongPassword.into())
    }
}

/// Refuses an attempt that has to wait for one of these.
fn wait_for<const N: usize>(waits: [Option<SignedDuration>; N]) -> Result<(), Refusal> {
    let Some(wait) = waits.into_iter().flatten().max() else { return Ok(()) };
    observe::count("attempts_throttled", 1);
    Err(Refusal::TooManyAttempts(wait))
}
