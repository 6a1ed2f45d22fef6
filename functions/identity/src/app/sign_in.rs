//! Somebody shows a password and gets a session.
//!
//! Four requests, whoever it is: what is known of the e-mail, the address and the device, the attempt
//! counted, the account or nobody's, and what has come of it.

use auth::Claims;
use auth::issue::LIFETIME;
use failure::Failure;
use ids::{AccountId, SessionId};
use vault::Seal;

use super::{App, AppError};
use crate::domain::{
    Account, Device, Email, Entry, Event, Origin, Password, PasswordHash, Place, Refusal, Session,
};
use crate::store::Known;
use crate::tokens::{DeviceToken, RefreshToken, random};

#[derive(Clone, Debug)]
pub struct SignIn {
    pub email: Email,
    pub password: Password,
    /// What they call the thing in their hands.
    pub device: Option<Device>,
    /// What an earlier sign-in of it has left there. A text that is no token of ours makes it unknown.
    pub device_token: Option<String>,
}

/// What somebody has who has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub account: AccountId,
    pub session: SessionId,
    /// What every room believes for the next minutes.
    pub access_token: String,
    pub refresh_token: RefreshToken,
    /// What tells its device from a stranger's from now on.
    pub device_token: DeviceToken,
}

impl App {
    pub async fn sign_in(&self, command: SignIn, origin: &Origin) -> Result<SignedIn, AppError> {
        let SignIn { email, password, device, device_token } = command;
        let shown = match device_token {
            Some(text) => self.secrets.unseal(|seal| DeviceToken::parse(&text, seal).ok()).await?,
            None => None,
        };
        let knock = self.count_attempt(&email, origin, shown.as_ref()).await?;
        let place = knock.place.map(|(place, _)| place);
        let found = self.store.account_or_nobody(knock.account).await?;
        let found = found.filter(|found| found.body.open().is_ok_and(|known| *known == email));
        let kept = found.as_ref().and_then(|found| found.body.password.as_ref());
        let verdict = self.hasher.verify(&password, kept).await?;
        let Some(known) = found.as_ref().filter(|_| verdict.right) else {
            let account = found.as_ref().map(|found| &found.body);
            let address = place.is_none().then_some(knock.address);
            self.note_failure(account, &email, origin, address).await?;
            return Err(Refusal::WrongCredentials.into());
        };
        let renewed = match verdict.outdated {
            true => Some(self.hasher.hash(&password).await?),
            false => None,
        };
        self.let_in(known, (&email, place), device, origin, renewed).await
    }

    async fn let_in(
        &self,
        known: &Known,
        (email, place): (&Email, Option<Place>),
        device: Option<Device>,
        origin: &Origin,
        renewed: Option<PasswordHash>,
    ) -> Result<SignedIn, AppError> {
        let (account, seal) = (&known.body, self.secrets.seal().await?);
        let id = SessionId::mint(&self.mint);
        let token = RefreshToken::first(account.id, id, random()?, &seal);
        let now = self.clock.now();
        // The epoch is the one under which the password was right. Should it have changed meanwhile,
        // nothing is written, since an account that is closed is swept of its sessions only once.
        let (digest, epoch) = (token.digest(), account.epoch);
        let session = Session::begin(id, account.id, digest, device, origin.clone(), epoch, now);
        let entry = Entry::new(Event::SignedIn, origin, now).about(id);
        // From a known place nothing is forgiven to strangers, who would have ten guesses more for every
        // time that the owner comes home.
        let forgiven = || match place {
            Some(place) => self.store.transaction(now).forgive_place(place),
            None => self.store.transaction(now).forgive(email),
        };
        let transaction = || forgiven().begin(&session)?.audit(account.id, &entry);
        let rehashed = renewed.map(|hash| Account { password: Some(hash), ..account.clone() });
        if let Some(rehashed) = rehashed {
            let both = transaction()?.account(known.version, &rehashed)?;
            if self.store.commit(both).await? {
                return self.signed_in(&rehashed, token, &seal).await;
            }
            // The account has changed meanwhile, so what is kept of the password waits for next time.
        }
        match self.store.commit(transaction()?.of_this_epoch(account)).await? {
            true => self.signed_in(account, token, &seal).await,
            false => Err(Failure::overtaken().into()),
        }
    }

    /// An access token for the session of a refresh token, and the token of its device.
    pub(super) async fn signed_in(
        &self,
        account: &Account,
        refresh_token: RefreshToken,
        seal: &Seal,
    ) -> Result<SignedIn, AppError> {
        let now = self.clock.now();
        let keys = self.secrets.signing().await?;
        let claims = Claims {
            sub: account.id,
            roles: account.roles(),
            merchants: account.shops_in_a_token(),
            session: refresh_token.session.to_string(),
            locale: Some(account.locale.to_string()),
            exp: now + LIFETIME,
        };
        let access_token = self.issuer(&keys.signer(now).secret).sign(&claims);
        let session = refresh_token.session;
        let device_token = DeviceToken::of(account.id, session, account.epoch, seal);
        Ok(SignedIn { account: account.id, session, access_token, refresh_token, device_token })
    }
}
